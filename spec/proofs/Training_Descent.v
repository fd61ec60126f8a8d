(** * 9. Cost and training, second part: descent *)

From Gradspec Require Export Base.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** [theta - r g], and [-g / |g|]. *)
Definition descent_step {T : finType} (r : R) (theta g : vec T) : vec T := theta -v r *: g.
Definition steepest {T : finType} (g : vec T) : vec T := - / euclid g *: g.

(** [t] steps of descent with the rate [r] along the gradient [gradient]. *)
Fixpoint descend {T : finType} (gradient : vec T -> vec T) (r : R) (theta : vec T) (t : nat) : vec T :=
  match t with
  | 0 => theta
  | s.+1 => descent_step r (descend gradient r theta s) (gradient (descend gradient r theta s))
  end.
Definition quadratic {T : finType} (curvature : R) (theta : vec T) : R := curvature / 2 * \sum_i theta i ^ 2.

(** Linear regression by descent, with one output and half of the mean square. *)
Definition regression_forward {n N : nat} (X : 'M_(N, n)) (w : 'V_n) (b : R) : 'V_N :=
  fun k => \sum_i w i * X (k, i) + b.
Definition regression_cost {N : nat} (a y : 'V_N) : R := / (2 * INR N) * \sum_k (a k - y k) ^ 2.
Definition regression_error {N : nat} (a y : 'V_N) : 'V_N := fun k => / INR N * (a k - y k).
Definition regression_backward {n N : nat} (X : 'M_(N, n)) (y : 'V_N) (w : 'V_n) (b : R) : 'V_n * R :=
  let dZ := regression_error (regression_forward X w b) y in (fun i => \sum_k dZ k * X (k, i), \sum_k dZ k).
Definition regression_step {n : nat} (r : R) (w : 'V_n) (b : R) (dw : 'V_n) (db : R) : 'V_n * R :=
  (w -v r *: dw, b - r * db).
Fixpoint regression_parameters {n N : nat} (X : 'M_(N, n)) (y : 'V_N) (r : R) (w : 'V_n) (b : R) (t : nat) : 'V_n * R :=
  match t with
  | 0 => (w, b)
  | s.+1 => let '(v, c) := regression_parameters X y r w b s in
            let '(dv, dc) := regression_backward X y v c in regression_step r v c dv dc
  end.
(** With the cost of the parameters that are reached. *)
Definition regression_descent {n N : nat} (X : 'M_(N, n)) (y : 'V_N) (r : R) (w : 'V_n) (b : R) (t : nat) :
    'V_n * R * R :=
  let '(v, c) := regression_parameters X y r w b t in (v, c, regression_cost (regression_forward X v c) y).

(** ** Lengths *)

Section Lengths.
Variable T : finType.
Implicit Types g u v : vec T.

Lemma euclid_sqr g : euclid g * euclid g = dot g g.
Proof. by rewrite /euclid sqrt_sqrt //; exact: dot_ge0. Qed.

Lemma euclid_ge0 g : 0 <= euclid g.
Proof. exact: sqrt_pos. Qed.

Lemma euclid_pos g : g <> vzero T -> 0 < euclid g.
Proof.
move=> ne; apply: sqrt_lt_R0; case: (dot_ge0 g) => // E.
by case: ne; apply: dot_eq0.
Qed.

Lemma dot_scalel t u v : dot (t *: u) v = t * dot u v.
Proof. by rewrite dotC dot_scaler dotC. Qed.

Lemma euclid_scale t g : euclid (t *: g) = Rabs t * euclid g.
Proof.
rewrite /euclid dot_scalel dot_scaler -Rmult_assoc sqrt_mult_alt; last exact: Rle_0_sqr.
by rewrite (_ : t * t = Rsqr t) // sqrt_Rsqr_abs.
Qed.

(** The identity of Lagrange, with both orders of every pair. *)
Lemma lagrange g v : dot g g * dot v v - dot g v ^ 2 = / 2 * \sum_i \sum_j (g i * v j - g j * v i) ^ 2.
Proof.
have E a b c d : \sum_(i : T) \sum_(j : T) (a i * b i) * (c j * d j) = dot a b * dot c d.
  by rewrite /dot sum_mulr; apply: sum_ext => i; rewrite sum_mull.
transitivity (/ 2 * (dot g g * dot v v + dot v v * dot g g - 2 * (dot g v * dot g v))); first by field.
congr (_ * _); rewrite -!E (sum_mull 2) -sum_plus -sum_minus; apply: sum_ext => i.
rewrite sum_mull -sum_plus -sum_minus; apply: sum_ext => j; ring.
Qed.

(** A vector of length 1 with the greatest slope, in magnitude, is a multiple of [g]. *)
Lemma slope_bound g v : euclid v = 1 -> Rabs (dot g v) <= euclid g.
Proof.
move=> v1; have vv : dot v v = 1 by rewrite -euclid_sqr v1; ring.
have L := lagrange g v; rewrite vv -euclid_sqr Rmult_1_r in L.
have P : 0 <= \sum_i \sum_j (g i * v j - g j * v i) ^ 2.
  by apply: sum_ge0 => i; apply: sum_ge0 => j; exact: pow2_ge_0.
have g0 := euclid_ge0 g; apply: Rsqr_incr_0_var => //.
by rewrite -Rsqr_abs /Rsqr; nra.
Qed.

Lemma slope_extreme g v : g <> vzero T -> euclid v = 1 -> dot g v ^ 2 = dot g g -> v = dot g v / dot g g *: g.
Proof.
move=> ne v1 E; have vv : dot v v = 1 by rewrite -euclid_sqr v1; ring.
have L := lagrange g v; rewrite vv E Rmult_1_r Rminus_eq_0 in L.
have Z : \sum_i \sum_j (g i * v j - g j * v i) ^ 2 = 0 by lra.
have gg : dot g g <> 0 by move=> Eg; apply: ne; exact: dot_eq0.
have Zi i j : g i * v j - g j * v i = 0.
  have Zi := sum_eq0 (f := fun i => \sum_j (g i * v j - g j * v i) ^ 2)
    (fun i => sum_ge0 (fun j => pow2_ge_0 _)) Z i.
  have := sum_eq0 (f := fun j => (g i * v j - g j * v i) ^ 2) (fun j => pow2_ge_0 _) Zi j.
  by move=> /= ?; nra.
apply: vec_eq => j; rewrite /vscale.
apply: (Rmult_eq_reg_l (dot g g)) => //.
have -> : dot g g * (dot g v / dot g g * g j) = dot g v * g j by field.
rewrite /dot !sum_mulr; apply: sum_ext => i; have Z' := Zi i j.
have {}Z' : g i * v j = g j * v i by lra.
by rewrite Rmult_assoc Z'; ring.
Qed.

End Lengths.

(** ** Descent *)

Theorem descent_direction : forall (T : finType) (g : vec T), g <> vzero T ->
  euclid (steepest g) = 1 /\
  dot g (steepest g) = - euclid g /\
  (forall v, euclid v = 1 -> - euclid g <= dot g v <= euclid g) /\
  (forall v, euclid v = 1 -> dot g v = - euclid g -> v = steepest g) /\
  (forall v, euclid v = 1 -> dot g v = euclid g -> v = -1 *: steepest g) /\
  (forall s, 0 < s -> steepest (s *: g) = steepest g).
Proof.
move=> T g ne; have p := euclid_pos ne; have sq := euclid_sqr g.
have gg : dot g g <> 0 by rewrite -sq; nra.
split.
  rewrite /steepest euclid_scale Rabs_Ropp Rabs_inv Rabs_pos_eq; last lra.
  by field; lra.
split; first by rewrite /steepest dot_scaler -sq; field; lra.
split.
  by move=> v v1; have := slope_bound g v1; move/Rabs_le_between.
split.
  move=> v v1 E; rewrite (slope_extreme ne v1); last by rewrite E -sq; ring.
  by rewrite /steepest E -sq; apply: vec_eq => i; rewrite /vscale; field; lra.
split.
  move=> v v1 E; rewrite (slope_extreme ne v1); last by rewrite E -sq; ring.
  by rewrite /steepest E -sq; apply: vec_eq => i; rewrite /vscale; field; lra.
move=> s s0; rewrite /steepest euclid_scale Rabs_pos_eq; last lra.
by apply: vec_eq => i; rewrite /vscale; field; lra.
Qed.

(** The parameters of a network in one vector [theta]: a step, and that it descends. *)
Theorem gradient_descent_step : forall (T : finType) (theta g : vec T) (r : R),
  (forall i, descent_step r theta g i = theta i - r * g i) /\
  (forall C : vec T -> R, is_gradient C theta g ->
     (forall eps, 0 < eps -> exists r0, 0 < r0 /\ forall s, 0 < s <= r0 ->
        Rabs (C (descent_step s theta g) - (C theta - s * dot g g)) <= eps * s) /\
     (g <> vzero T -> exists r0, 0 < r0 /\ forall s, 0 < s <= r0 -> C (descent_step s theta g) < C theta)).
Proof.
move=> T theta g r; split=> // C /is_gradient_eps H.
have small eps : 0 < eps -> exists r0, 0 < r0 /\ forall s, 0 < s <= r0 ->
    Rabs (C (descent_step s theta g) - (C theta - s * dot g g)) <= eps * s.
  move=> e0; have n0 := vnorm_ge0 g; set a := vnorm g + 1.
  have [|eta [eta0 He]] := H (eps / a); first by apply: Rdiv_lt_0_compat; rewrite /a; lra.
  exists (eta / a); split=> [|s [s0 sr]]; first by apply: Rdiv_lt_0_compat => //; rewrite /a; lra.
  have E : theta -v s *: g = theta +v (- s) *: g by apply: vec_eq => i; rewrite /vsub /vadd /vscale; ring.
  have nh : vnorm ((- s) *: g) = s * vnorm g by rewrite vnorm_scale Rabs_Ropp Rabs_pos_eq //; lra.
  have sa : s * a <= eta.
    have := Rmult_le_compat_r a _ _ ltac:(rewrite /a; lra) sr.
    by have -> : eta / a * a = eta by field; rewrite /a; lra.
  have le : vnorm ((- s) *: g) <= eta by rewrite nh; rewrite /a in sa; nra.
  have := He _ le; rewrite -E nh dot_scaler.
  have -> : C (theta -v s *: g) - C theta - - s * dot g g = C (theta -v s *: g) - (C theta - s * dot g g) by ring.
  move=> le2; apply: Rle_trans le2 _.
  have -> : eps / a * (s * vnorm g) = eps * s * (vnorm g / a) by field; rewrite /a; lra.
  have : vnorm g / a <= 1 by apply/Rle_div_l; rewrite /a; lra.
  have : 0 <= eps * s by nra.
  nra.
split=> // ne; have gg : 0 < dot g g.
  by have := euclid_pos ne; rewrite -euclid_sqr; nra.
have [|r0 [r00 Hr]] := small (dot g g / 2); first lra.
exists r0; split=> // s sr; have := Hr s sr; move/Rabs_le_between => [_]; nra.
Qed.

Theorem quadratic_rate_limit : forall curvature r : R, 0 < curvature ->
  (Rabs (1 - r * curvature) < 1 <-> 0 < r < 2 / curvature) /\
  (Rabs (1 - r * curvature) = 1 <-> r = 0 \/ r = 2 / curvature).
Proof.
move=> l r l0; have E x : x < 2 / l <-> x * l < 2 by split=> [/Rlt_div_r|H]; [apply|apply/Rlt_div_r].
split; split.
- by move=> /Rabs_def2 [a b]; split; [nra|apply/E; lra].
- by move=> [a /E b]; apply: Rabs_def1; nra.
- rewrite /Rabs; case: Rcase_abs => _ H; [right|left]; last by nra.
  by apply: (Rmult_eq_reg_r l); [field_simplify; lra|lra].
- case=> ->; first by rewrite Rmult_0_l Rminus_0_r Rabs_R1.
  have -> : 1 - 2 / l * l = - (1) by field; lra.
  by rewrite Rabs_Ropp Rabs_R1.
Qed.

Theorem quadratic_descent : forall (T : finType) (curvature r : R) (theta : vec T) (t : nat), 0 < curvature ->
  (forall x : vec T, is_gradient (quadratic curvature) x (curvature *: x)) /\
  descend (fun x => curvature *: x) r theta t = (1 - r * curvature) ^ t *: theta /\
  descend (fun x => curvature *: x) r theta 0 = theta.
Proof.
move=> T l r theta t l0; split=> [x|].
  have D y : is_derive (fun s => s ^ 2) y (2 * y) by auto_derive => //; ring.
  have H := gradient_scale (l / 2) (gradient_sum (fun i => gradient_scalar (D (x i)) (gradient_entry i x))).
  apply: gradient_eq H _ => j; rewrite /vscale.
  rewrite (sum_ext (g := fun k => 2 * (x k * delta k j))) => [|k]; last by ring.
  by rewrite -sum_mull sum_delta_r'; field.
split=> //; elim: t => [|t IH] /=; first by apply: vec_eq => i; rewrite /vscale; ring.
by rewrite IH /descent_step; apply: vec_eq => i; rewrite /vsub /vscale /=; ring.
Qed.

(** ** Linear regression *)

(** One layer of one unit with the identity. *)
Theorem listing_linear_regression_forward : forall (n N : nat) (X : 'M_(N, n)) (w : 'V_n) (b : R) k,
  regression_forward X w b k = \sum_i w i * X (k, i) + b /\
  regression_forward X w b k = ((fun '(_, i) => w i) *v (fun i => X (k, i)) +v (fun _ : 'I_1 => b)) i1.
Proof. by []. Qed.

Theorem listing_linear_regression_cost : forall (N : nat) (a y : 'V_N), (1 <= N)%N ->
  regression_cost a y = / (2 * INR N) * (\sum_k (a k - y k) ^ 2) /\
  regression_cost a y = / INR N * (\sum_k / 2 * (a k - y k) ^ 2).
Proof.
move=> N a y N0; split=> //; rewrite /regression_cost -sum_mull.
have p : 0 < INR N by apply: lt_0_INR; apply/ltP.
by field; lra.
Qed.

Theorem listing_linear_regression_backward : forall (n N : nat) (X : 'M_(N, n)) (y : 'V_N) (w : 'V_n) (b : R),
  (1 <= N)%N ->
  let a := regression_forward X w b in let '(dw, db) := regression_backward X y w b in
  (forall i, dw i = \sum_k / INR N * (a k - y k) * X (k, i)) /\
  db = \sum_k / INR N * (a k - y k) /\
  is_gradient (fun w => regression_cost (regression_forward X w b) y) w dw /\
  is_derive (fun b => regression_cost (regression_forward X w b) y) b db /\
  (forall i, dw i = / INR N * (\sum_k (a k - y k) * X (k, i))) /\ db = / INR N * (\sum_k (a k - y k)).
Proof.
move=> n N X y w b N0 a /=; split=> //; split=> //.
have p : 0 < INR N by apply: lt_0_INR; apply/ltP.
have D (t : R) : is_derive (fun s => s ^ 2) t (2 * t) by auto_derive => //; ring.
split.
  have G k : is_gradient (fun w => regression_forward X w b k - y k) w (fun i => X (k, i)).
    apply: gradient_eq (gradient_ext _ (gradient_affine (fun i => X (k, i)) (b - y k) w)) _ => // v.
    by rewrite /regression_forward (dotC (fun i => X (k, i))) /dot; ring.
  apply: gradient_eq (gradient_scale (/ (2 * INR N)) (gradient_sum (fun k => gradient_scalar (D _) (G k)))) _ => i.
  by rewrite sum_mull; apply: sum_ext => k; rewrite /regression_error /=; field; lra.
split.
  apply/gradient_derive.
  have G k : is_gradient (fun c : 'V_1 => regression_forward X w (c i1) k - y k) (fun _ => b) (fun _ => 1).
    apply: gradient_eq (gradient_ext _ (gradient_affine (fun _ => 1) (\sum_i w i * X (k, i) - y k) _)) _ => // c.
    by rewrite /regression_forward /dot sum_I1; ring.
  apply: gradient_eq (gradient_scale (/ (2 * INR N)) (gradient_sum (fun k => gradient_scalar (D _) (G k)))) _ => i.
  by rewrite sum_mull; apply: sum_ext => k; rewrite /regression_error /=; field; lra.
by split=> [i|]; rewrite sum_mull; apply: sum_ext => k; rewrite /regression_error /a; ring.
Qed.

Theorem listing_linear_regression_step : forall (n : nat) (r : R) (w : 'V_n) (b : R) (dw : 'V_n) (db : R),
  regression_step r w b dw db = ((fun i => w i - r * dw i), b - r * db).
Proof. by []. Qed.

Theorem listing_linear_regression_descent : forall (n N : nat) (X : 'M_(N, n)) (y : 'V_N) (r : R) (w : 'V_n) (b : R),
  regression_parameters X y r w b 0 = (w, b) /\
  (forall t v c dv dc, regression_parameters X y r w b t = (v, c) ->
    regression_backward X y v c = (dv, dc) ->
    regression_parameters X y r w b t.+1 = ((fun i => v i - r * dv i), c - r * dc)) /\
  forall t v c, regression_parameters X y r w b t = (v, c) ->
    regression_descent X y r w b t = (v, c, regression_cost (regression_forward X v c) y) /\
    regression_cost (regression_forward X v c) y =
      / (2 * INR N) * (\sum_k (\sum_i v i * X (k, i) + c - y k) ^ 2).
Proof.
move=> n N X y r w b; split=> //; split=> [t v c dv dc E B|t v c E].
  by cbn [regression_parameters]; rewrite E B.
by rewrite /regression_descent E.
Qed.

(** ** Errata *)

Theorem erratum_A_E38 : ~ forall (n : nat) (theta g : 'V_n) (r : R) i, 0 < r -> descent_step r theta g i < theta i.
Proof.
move=> H; have := H 1%N (fun _ => / 2) (fun _ => - / 5) (/ 10) i1 ltac:(lra).
by rewrite /descent_step /vsub /vscale; lra.
Qed.

(** The last entry of the step takes the derivative with respect to the weight. *)
Theorem erratum_A_E40 : ~ forall (X : 'M_(1, 1)) (y w : 'V_1) (b r : R), 0 < r ->
  let '(dw, db) := regression_backward X y w b in
  (regression_step r w b dw db).2 = b - r * dw i1.
Proof.
move=> H; have := H (fun _ => 4) (fun _ => 0) (fun _ => 2) 1 (/ 100) ltac:(lra).
rewrite /regression_backward /regression_step /regression_error /regression_forward /= !sum_I1 /=; lra.
Qed.

(** The cost that is printed as the final one is that before the last step. *)
Theorem erratum_EP27 : ~ forall (X : 'M_(1, 1)) (y w : 'V_1) (b r : R) (t : nat),
  let '(v, c) := regression_parameters X y r w b t in
  let '(v', c') := regression_parameters X y r w b t.+1 in
  regression_cost (regression_forward X v' c') y = regression_cost (regression_forward X v c) y.
Proof.
move=> H; have := H (fun _ => 1) (fun _ => 1) (fun _ => 0) 0 (/ 4) 0%N.
rewrite /= /regression_cost /regression_error /regression_forward /vsub /vscale /= !sum_I1 /=; lra.
Qed.

