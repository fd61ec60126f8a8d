(** * 9. Cost and training, fourth part: when a step lowers the cost, and batches *)

From Gradspec Require Export Base Training_Descent.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Lemma cauchy_schwarz (T : finType) (a b : vec T) : dot a b <= euclid a * euclid b.
Proof.
have L := lagrange a b.
have P : 0 <= \sum_i \sum_j (a i * b j - a j * b i) ^ 2.
  by apply: sum_ge0 => i; apply: sum_ge0 => j; exact: pow2_ge_0.
rewrite -!euclid_sqr in L; have p : 0 <= euclid a * euclid b by apply: Rmult_le_pos; exact: euclid_ge0.
by apply: Rsqr_incr_0_var => //; rewrite /Rsqr; nra.
Qed.

(** How small a step has to be. *)
Theorem descent_condition_bound : forall (T : finType) (C : vec T -> R) (theta g : vec T) (r Lambda : R)
  (G : R -> vec T), 0 < r -> G 0 = g ->
  (forall s, 0 <= s <= 1 -> is_gradient C (theta -v (s * r) *: g) (G s)) ->
  (forall s, 0 <= s <= 1 -> euclid (G s -v g) <= Lambda * euclid ((s * r) *: g)) ->
  C (descent_step r theta g) <= C theta - r * (1 - Lambda * r / 2) * euclid g ^ 2 /\
  (g <> vzero T -> 0 < Lambda -> r < 2 / Lambda -> C (descent_step r theta g) < C theta).
Proof.
move=> T C theta g r Lambda G r0 G0 HG HL; set e := euclid g; have e0 : 0 <= e := euclid_ge0 g.
have sq : dot g g = e * e by rewrite euclid_sqr.
pose f s := C (theta -v (s * r) *: g) + (s * (r * (e * e)) - Lambda / 2 * s ^ 2 * (r * r * (e * e))).
pose df s := - r * dot (G s) g + (r * (e * e) - Lambda * s * (r * r * (e * e))).
have D s : 0 <= s <= 1 -> is_derive f s (df s).
  move=> s01; rewrite /f /df.
  have V : is_velocity (fun s => theta -v (s * r) *: g) s (- r *: g).
    by move=> i; rewrite /vsub /vscale; auto_derive => //; ring.
  have DC := derive_along V (HG s s01); rewrite dot_scaler in DC.
  have D2 : is_derive (fun s => s * (r * (e * e)) - Lambda / 2 * s ^ 2 * (r * r * (e * e))) s
      (r * (e * e) - Lambda * s * (r * r * (e * e))) by auto_derive => //; field.
  exact: (is_derive_plus _ _ _ _ _ DC D2).
have [||c [cb E]] := @MVT_gen f 0 1 df.
- by move=> s; rewrite Rmin_left ?Rmax_right; try lra; move=> s01; apply: D; lra.
- move=> s; rewrite Rmin_left ?Rmax_right; try lra; move=> s01.
  by apply: derivable_continuous_pt; exists (df s); apply/is_derive_Reals; apply: D.
rewrite Rmin_left ?Rmax_right in cb; try lra.
have neg : df c <= 0.
  have CS := cauchy_schwarz (-1 *: (G c -v g)) g; have HLc := HL c cb.
  rewrite dot_scalel (dotC (G c -v g)) !euclid_scale -/e in CS HLc.
  have Ed : dot g (G c -v g) = dot (G c) g - e * e.
    rewrite -sq (dotC (G c)) /dot -sum_minus; apply: sum_ext => i; rewrite /vsub; ring.
  rewrite Ed Rabs_Ropp Rabs_R1 Rmult_1_l in CS; rewrite Rabs_pos_eq in HLc; last by nra.
  have := Rmult_le_compat_r e _ _ e0 HLc; rewrite /df => le.
  have : r * (- (dot (G c) g - e * e)) <= r * (Lambda * (c * r * e) * e) by apply: Rmult_le_compat_l; lra.
  by move=> ?; nra.
have f1 : f 1 = C (descent_step r theta g) + r * (e * e) - Lambda / 2 * (r * r * (e * e)).
  by rewrite /f /descent_step Rmult_1_l; ring.
have f0 : f 0 = C theta.
  rewrite /f (_ : theta -v (0 * r) *: g = theta); first ring.
  by apply: vec_eq => i; rewrite /vsub /vscale; ring.
rewrite f1 f0 in E; have main : C (descent_step r theta g) <= C theta - r * (1 - Lambda * r / 2) * e ^ 2 by nra.
split=> // ne L0 rL; have ep := euclid_pos ne; rewrite -/e in ep.
have Lr : Lambda * r < 2 by move/Rlt_div_r: rL => /(_ L0); lra.
have p1 : 0 < r * (1 - Lambda * r / 2) by apply: Rmult_lt_0_compat; lra.
have : 0 < r * (1 - Lambda * r / 2) * e ^ 2 by apply: Rmult_lt_0_compat => //; nra.
lra.
Qed.

(** On a quadratic; [(1 - r lambda)^t theta] is [quadratic.descent]. *)
Theorem descent_condition_quadratic : forall lambda r theta : R, 0 < lambda -> 0 < r -> theta <> 0 ->
  let at_step t := (1 - r * lambda) ^ t * theta in
  (r < 2 / lambda -> is_lim_seq at_step 0) /\
  (r = 1 / lambda -> at_step 1%N = 0) /\
  (r = 2 / lambda -> forall t, at_step t.+1 = - at_step t /\
     lambda / 2 * at_step t.+1 ^ 2 = lambda / 2 * at_step t ^ 2) /\
  (2 / lambda < r -> is_lim_seq (fun t => lambda / 2 * at_step t ^ 2) p_infty /\
     forall t, lambda / 2 * at_step t ^ 2 < lambda / 2 * at_step t.+1 ^ 2).
Proof.
move=> l r th l0 r0 ne at_step; have [H _] := quadratic_rate_limit r l0.
have th2 : 0 < th * th by have := Rsqr_pos_lt _ ne; rewrite /Rsqr.
split=> [lt|].
  have q : Rabs (1 - r * l) < 1 by apply/H.
  by have := is_lim_seq_scal_r _ th _ (is_lim_seq_geom _ q); rewrite /= Rmult_0_l.
split=> [E|]; first by rewrite /at_step E /=; field; lra.
split=> [E t|gt].
  have E1 : at_step t.+1 = - at_step t.
    by rewrite /at_step /= (_ : 1 - r * l = -1); [ring|rewrite E; field; lra].
  by split=> //; rewrite E1; ring.
have rl : 2 < r * l by apply/(Rlt_div_l _ _ _ l0).
set q := (1 - r * l) * (1 - r * l); have q1 : 1 < q by rewrite /q; nra.
have cost t : l / 2 * at_step t ^ 2 = l / 2 * (th * th) * q ^ t.
  by rewrite (Rpow_mult_distr _ _ t) /at_step; set a := (1 - r * l) ^ t; ring.
have lp : 0 < l / 2 * (th * th) by apply: Rmult_lt_0_compat; lra.
split.
  apply: (is_lim_seq_ext (fun t => l / 2 * (th * th) * q ^ t)) => [t|]; first by rewrite cost.
  have := is_lim_seq_scal_l _ (l / 2 * (th * th)) _ (is_lim_seq_geom_p _ q1).
  rewrite /= /Rbar_mult /=; case: Rle_dec => [le|]; last by lra.
  by case: Rle_lt_or_eq_dec => // ?; lra.
move=> t; rewrite !cost; apply: Rmult_lt_compat_l => //=.
have : 0 < q ^ t by apply: pow_lt; lra.
nra.
Qed.

(** Linear regression, with the 1 of the bias among the entries of the samples [X k]. *)
Theorem descent_condition_regression : forall (T : finType) (N : nat) (X : 'I_N -> vec T) (y : 'V_N), (1 <= N)%N ->
  let J theta := / (2 * INR N) * (\sum_k (dot (X k) theta - y k) ^ 2) in
  let H : mat T T := fun '(i, j) => / INR N * (\sum_k X k i * X k j) in
  let c : vec T := fun i => / INR N * (\sum_k y k * X k i) in
  (forall theta h, J (theta +v h) = J theta + dot (H *v theta -v c) h + / 2 * dot h (H *v h)) /\
  (forall h, 0 <= dot h (H *v h)) /\
  (forall theta, is_gradient J theta (H *v theta -v c)) /\
  (forall theta, (forall eta, J theta <= J eta) <-> H *v theta = c).
Proof.
move=> T N X y N0 J H c; have p : 0 < INR N by apply: lt_0_INR; apply/ltP.
have Hv v i : (H *v v) i = / INR N * (\sum_k dot (X k) v * X k i).
  rewrite /mulmv /H sum_mull.
  transitivity (\sum_j \sum_k / INR N * (X k i * X k j * v j)).
    by apply: sum_ext => j; rewrite Rmult_assoc sum_mulr sum_mull.
  rewrite sum_exchange; apply: sum_ext => k; rewrite /dot sum_mulr sum_mull; apply: sum_ext => j; ring.
have one k a h : \sum_i / INR N * (a * (X k i * h i)) = / INR N * (a * dot (X k) h).
  by rewrite -sum_mull -sum_mull.
have Hd v h : dot h (H *v v) = / INR N * (\sum_k dot (X k) v * dot (X k) h).
  rewrite [LHS]/dot; transitivity (\sum_i \sum_k / INR N * (dot (X k) v * (X k i * h i))).
    by apply: sum_ext => i; rewrite Hv !sum_mull; apply: sum_ext => k; ring.
  by rewrite sum_exchange sum_mull; apply: sum_ext => k; exact: one.
have cd h : dot c h = / INR N * (\sum_k y k * dot (X k) h).
  rewrite [LHS]/dot; transitivity (\sum_i \sum_k / INR N * (y k * (X k i * h i))).
    by apply: sum_ext => i; rewrite /c sum_mull sum_mulr; apply: sum_ext => k; ring.
  by rewrite sum_exchange sum_mull; apply: sum_ext => k; exact: one.
have gd th h : dot (H *v th -v c) h = / INR N * (\sum_k (dot (X k) th - y k) * dot (X k) h).
  transitivity (dot h (H *v th) - dot c h).
    by rewrite (dotC h) /dot -sum_minus; apply: sum_ext => i; rewrite /vsub; ring.
  by rewrite Hd cd !sum_mull -sum_minus; apply: sum_ext => k; ring.
have expand th h : J (th +v h) = J th + dot (H *v th -v c) h + / 2 * dot h (H *v h).
  rewrite gd Hd /J !sum_mull -!sum_plus; apply: sum_ext => k; rewrite dot_addr; field; lra.
have pos h : 0 <= dot h (H *v h).
  rewrite Hd; apply: Rmult_le_pos; first by apply: Rlt_le; exact: Rinv_0_lt_compat.
  by apply: sum_ge0 => k; exact: Rle_0_sqr.
have grad th : is_gradient J th (H *v th -v c).
  have D (t : R) : is_derive (fun s => s ^ 2) t (2 * t) by auto_derive => //; ring.
  have G k : is_gradient (fun th => dot (X k) th - y k) th (X k).
    apply: gradient_eq (gradient_minus (gradient_dot (X k) th) (gradient_const (y k) th)) _ => j; ring.
  apply: gradient_eq (gradient_scale (/ (2 * INR N)) (gradient_sum (fun k => gradient_scalar (D _) (G k)))) _ => j.
  rewrite /vsub Hv /c !sum_mull -sum_minus; apply: sum_ext => k; field; lra.
split=> //; split=> //; split=> // th; split=> [least|E eta].
- have [_ H2] := gradient_descent_step th (H *v th -v c) 1.
  have [_ small] := H2 J (grad th).
  apply: vec_eq => i; apply: Rminus_diag_uniq.
  have [E|ne] : H *v th -v c = vzero T \/ H *v th -v c <> vzero T by exact: Classical_Prop.classic.
  + by have := f_equal (fun v => v i) E.
  + have [r0 [r00 lt]] := small ne.
    by have := lt r0 ltac:(lra); have := least (descent_step r0 th (H *v th -v c)); lra.
- have := expand th (eta -v th); rewrite E (_ : th +v (eta -v th) = eta); last first.
    by apply: vec_eq => i; rewrite /vadd /vsub; ring.
  have -> : dot (c -v c) (eta -v th) = 0 by rewrite /dot sum_zero // => i; rewrite /vsub; ring.
  by have := pos (eta -v th); lra.
Qed.

(** A step leaves the parameters where they are only if the gradient is 0. *)
Lemma descent_condition_stops : forall (T : finType) (r : R) (theta g : vec T), 0 < r ->
  descent_step r theta g = theta <-> g = vzero T.
Proof.
move=> T r theta g r0; split=> [E|->]; apply: vec_eq => i; last by rewrite /descent_step /vsub /vscale /vzero; ring.
have := f_equal (fun v => v i) E; rewrite /descent_step /vsub /vscale /vzero => Ei.
have : r * g i = 0 by lra.
by case/Rmult_integral => //; lra.
Qed.

(** An infimum that is not attained: one sigmoid unit without bias, for the sample 1 and the label 1. *)
Lemma descent_condition_infimum : let C w := - ln (/ (1 + exp (- w))) in
  (forall w, C w = ln (1 + exp (- w))) /\ (forall w, 0 < C w) /\ is_lim C p_infty 0.
Proof.
move=> C; have E w : C w = ln (1 + exp (- w)).
  by rewrite /C ln_Rinv; [ring|have := exp_pos (- w); lra].
have pos w : 0 < C w by rewrite E -ln_1; apply: ln_increasing; have := exp_pos (- w); lra.
have le w : C w <= exp (- w).
  rewrite E -{2}(ln_exp (exp (- w))); apply: ln_le; first by have := exp_pos (- w); lra.
  exact: exp_ineq1_le.
split=> //; split=> //; apply/is_lim_spec => -[eps e0] /=; exists (- ln eps) => w lt.
rewrite Rminus_0_r Rabs_pos_eq; last exact: Rlt_le.
apply: Rle_lt_trans (le w) _; rewrite -(exp_ln _ e0); apply: exp_increasing; lra.
Qed.

(** The parts of the clause: small steps, how small, a quadratic, linear regression without its eigenvalues, and
    the objective. *)
Theorem descent_condition :
  (forall (T : finType) (C : vec T -> R) (theta g : vec T), is_gradient C theta g -> g <> vzero T ->
     exists r0, 0 < r0 /\ forall r, 0 < r < r0 -> C (descent_step r theta g) < C theta) /\
  (forall (T : finType) (C : vec T -> R) (theta g : vec T) (r Lambda : R)
     (G : R -> vec T), 0 < r -> G 0 = g ->
     (forall s, 0 <= s <= 1 -> is_gradient C (theta -v (s * r) *: g) (G s)) ->
     (forall s, 0 <= s <= 1 -> euclid (G s -v g) <= Lambda * euclid ((s * r) *: g)) ->
     C (descent_step r theta g) <= C theta - r * (1 - Lambda * r / 2) * euclid g ^ 2 /\
     (g <> vzero T -> 0 < Lambda -> r < 2 / Lambda -> C (descent_step r theta g) < C theta)) /\
  (forall lambda r theta : R, 0 < lambda -> 0 < r -> theta <> 0 ->
     let at_step t := (1 - r * lambda) ^ t * theta in
     (r < 2 / lambda -> is_lim_seq at_step 0) /\
     (r = 1 / lambda -> at_step 1%N = 0) /\
     (r = 2 / lambda -> forall t, at_step t.+1 = - at_step t /\
        lambda / 2 * at_step t.+1 ^ 2 = lambda / 2 * at_step t ^ 2) /\
     (2 / lambda < r -> is_lim_seq (fun t => lambda / 2 * at_step t ^ 2) p_infty /\
        forall t, lambda / 2 * at_step t ^ 2 < lambda / 2 * at_step t.+1 ^ 2)) /\
  (forall (T : finType) (N : nat) (X : 'I_N -> vec T) (y : 'V_N), (1 <= N)%N ->
     let J theta := / (2 * INR N) * (\sum_k (dot (X k) theta - y k) ^ 2) in
     let H : mat T T := fun '(i, j) => / INR N * (\sum_k X k i * X k j) in
     let c : vec T := fun i => / INR N * (\sum_k y k * X k i) in
     (forall theta h, J (theta +v h) = J theta + dot (H *v theta -v c) h + / 2 * dot h (H *v h)) /\
     (forall h, 0 <= dot h (H *v h)) /\
     (forall theta, is_gradient J theta (H *v theta -v c)) /\
     (forall theta, (forall eta, J theta <= J eta) <-> H *v theta = c)) /\
  (forall (T : finType) (r : R) (theta g : vec T), 0 < r -> descent_step r theta g = theta <-> g = vzero T) /\
  (let C w := - ln (/ (1 + exp (- w))) in
     (forall w, C w = ln (1 + exp (- w))) /\ (forall w, 0 < C w) /\ is_lim C p_infty 0).
Proof.
split; first by move=> T C theta g HC ne; have [_ H] := gradient_descent_step theta g 1;
  have [_ /(_ ne) [r0 [r00 small]]] := H C HC; exists r0; split=> // r r0'; apply: small; lra.
split; first exact: descent_condition_bound.
split; first exact: descent_condition_quadratic.
split; first exact: descent_condition_regression.
split; [exact: descent_condition_stops|exact: descent_condition_infimum].
Qed.

(** The cost of all [M] samples from the costs of batches, [batch k] being that of sample [k]. *)
Theorem cost_batches : forall (M s : nat) (batch : 'I_M -> 'I_s) (loss : 'I_M -> R),
  let size j := INR #|[pred k | batch k == j]| in
  let cost j := / size j * (\sum_(k | batch k == j) loss k) in
  (forall j, size j <> 0) -> (1 <= M)%N ->
  / INR M * (\sum_k loss k) = \sum_j size j / INR M * cost j /\
  \sum_k loss k = \sum_j \sum_(k | batch k == j) loss k.
Proof.
move=> M s batch loss size cost sz M0; have p : 0 < INR M by apply: lt_0_INR; apply/ltP.
have E : \sum_k loss k = \sum_j \sum_(k | batch k == j) loss k by rewrite (partition_big batch xpredT).
split=> //; rewrite E sum_mull; apply: sum_ext => j; rewrite /cost; field; split=> //; lra.
Qed.

(** No hypothesis on a segment is empty: a linear function has one gradient everywhere. *)
Lemma descent_condition_satisfiable : forall (T : finType) (theta g : vec T) (r : R),
  (forall s, 0 <= s <= 1 -> is_gradient (fun x => dot g x) (theta -v (s * r) *: g) g) /\
  (forall s, 0 <= s <= 1 -> euclid (g -v g) <= 1 * euclid ((s * r) *: g)).
Proof.
move=> T theta g r; split=> s _; first exact: gradient_dot.
have -> : g -v g = vzero T by apply: vec_eq => i; rewrite /vsub /vzero; ring.
rewrite Rmult_1_l {1}/euclid /dot sum_zero => [|i]; last by rewrite /vzero; ring.
by rewrite sqrt_0; exact: euclid_ge0.
Qed.
