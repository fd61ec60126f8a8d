(** * 9. Cost and training, fourth part: when a step lowers the cost, and batches *)

From Gradspec Require Export Base Training_Descent Training_Symmetric.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

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

(** Descent on a quadratic with a positive semidefinite matrix, by its largest eigenvalue. *)
Lemma quadratic_form_descends (T : finType) (H : mat T T) (c : vec T) (K : R) (i0 : T) : H^T = H ->
  (forall h, 0 <= dot h (H *v h)) -> (forall h, dot h (H *v h) <= K * dot h h) ->
  0 < dot (unit_vector i0) (H *v unit_vector i0) -> (exists theta, H *v theta = c) ->
  exists lambda v, v <> vzero T /\ H *v v = lambda *: v /\
    (forall mu u, u <> vzero T -> H *v u = mu *: u -> mu <= lambda) /\ 0 < lambda /\
    let at_step r start := descend (fun x => H *v x -v c) r start in
    (forall r start, 0 < r < 2 / lambda -> exists theta, H *v theta = c /\
      forall i, is_lim_seq (fun t => at_step r start t i) (theta i)) /\
    exists start, forall r (theta : vec T), 2 / lambda <= r ->
      ~ forall i, is_lim_seq (fun t => at_step r start t i) (theta i).
Proof.
move=> sym pos HK one [th0 E0]; have [lambda [v [ne [Ev [bound largest]]]]] := largest_eigenvalue sym pos HK i0.
have l0 : 0 < lambda.
  have := bound (unit_vector i0); rewrite (dot_unit (unit_vector i0) i0).
  by have -> : unit_vector i0 i0 = 1; [exact: delta_same|lra].
exists lambda, v; split=> //; split=> //; split=> //; split=> // at_step; split.
  move=> r start rate; pose e t := at_step r start t -v th0.
  have step t : e t.+1 = e t -v r *: (H *v e t).
    rewrite /e mulmv_sub E0 /at_step /= /descent_step; apply: vec_eq => i; rewrite /vsub /vscale; ring.
  have [l [Hl L]] := errors_converge sym pos bound l0 rate step; exists (th0 +v l); split.
    by rewrite mulmv_add Hl E0; apply: vec_eq => i; rewrite /vadd /vzero; ring.
  move=> i; apply: (is_lim_seq_ext (fun t => th0 i + e t i)) => [t|]; first by rewrite /e /vsub; ring.
  exact: is_lim_seq_plus' (is_lim_seq_const _) (L i).
exists (th0 +v v) => r theta rl L; set q := 1 - r * lambda.
have rl2 : 2 <= r * lambda by apply/(Rle_div_l _ _ _ l0).
have ql : q <= -1 by rewrite /q; lra.
have E t : at_step r (th0 +v v) t = th0 +v q ^ t *: v.
  elim: t => [|t IH]; first by apply: vec_eq => i; rewrite /at_step /= /vadd /vscale; ring.
  rewrite /at_step /= -/(at_step r (th0 +v v) t) IH /descent_step mulmv_add mulmv_scale E0 Ev.
  by apply: vec_eq => i; rewrite /vadd /vsub /vscale /q; ring.
case: ne; apply: vec_eq => i; rewrite /vzero.
case: (Req_dec (v i) 0) => // vi; have p := Rabs_pos_lt _ vi.
have L1 := L i; have /is_lim_seq_incr_1 L2 := L1.
have := is_lim_seq_minus' _ _ _ _ L2 L1; rewrite Rminus_eq_0 => /is_lim_seq_spec D.
have [N HN] := D (mkposreal _ p); have := HN N (Nat.le_refl _); rewrite /= Rminus_0_r !E /vadd /vscale.
have -> : th0 i + q ^ N.+1 * v i - (th0 i + q ^ N * v i) = q ^ N * ((q - 1) * v i) by rewrite /=; ring.
rewrite !Rabs_mult -RPow_abs (Rabs_left q) ?(Rabs_left (q - 1)); try lra.
have : 1 <= (- q) ^ N by apply: pow_R1_Rle; lra.
set a := (- q) ^ N => a1 lt; exfalso.
have : 2 * Rabs (v i) <= - (q - 1) * Rabs (v i) by apply: Rmult_le_compat_r; lra.
set b := - (q - 1) * Rabs (v i) in lt * => b2.
have : 1 * b <= a * b by apply: Rmult_le_compat_r; lra.
lra.
Qed.

(** Linear regression, with the 1 of the bias among the entries of the samples [X k]. *)
Theorem descent_condition_regression : forall (T : finType) (N : nat) (X : 'I_N -> vec T) (y : 'V_N), (1 <= N)%N ->
  let J theta := / (2 * INR N) * (\sum_k (dot (X k) theta - y k) ^ 2) in
  let H : mat T T := fun '(i, j) => / INR N * (\sum_k X k i * X k j) in
  let c : vec T := fun i => / INR N * (\sum_k y k * X k i) in
  (forall theta h, J (theta +v h) = J theta + dot (H *v theta -v c) h + / 2 * dot h (H *v h)) /\
  (forall h, 0 <= dot h (H *v h)) /\
  (forall theta, is_gradient J theta (H *v theta -v c)) /\
  (forall theta, (forall eta, J theta <= J eta) <-> H *v theta = c) /\
  (exists theta, H *v theta = c) /\
  ((exists i, forall k, X k i = 1) -> exists lambda v, v <> vzero T /\ H *v v = lambda *: v /\
    (forall mu u, u <> vzero T -> H *v u = mu *: u -> mu <= lambda) /\ 0 < lambda /\
    let at_step r start := descend (fun x => H *v x -v c) r start in
    (forall r start, 0 < r < 2 / lambda -> exists theta, H *v theta = c /\
      forall i, is_lim_seq (fun t => at_step r start t i) (theta i)) /\
    exists start, forall r (theta : vec T), 2 / lambda <= r ->
      ~ forall i, is_lim_seq (fun t => at_step r start t i) (theta i)).
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
split=> //; split=> //; split=> //.
have sym : H^T = H by apply: mat_eq => i j; rewrite /transpose /H; congr (_ * _); apply: sum_ext => k; ring.
have solved : exists theta, H *v theta = c.
  have [th E] := least_squares (fun '(k, i) => X k i) y; exists th; apply: vec_eq => i.
  rewrite Hv /c; congr (_ * _); have := f_equal (fun v => v i) E; rewrite !mulmv_tr => Ei.
  transitivity (\sum_k X k i * y k); last by apply: sum_ext => k; ring.
  by rewrite -Ei; apply: sum_ext => k; exact: Rmult_comm.
split; last split=> //; last first.
  move=> [i0 X1].
  apply: (quadratic_form_descends (K := / INR N * (\sum_k dot (X k) (X k))) (i0 := i0) sym pos _ _ solved) => [h|].
    rewrite Hd Rmult_assoc; apply: Rmult_le_compat_l; first by apply: Rlt_le; exact: Rinv_0_lt_compat.
    by rewrite sum_mulr; apply: sum_le => k; exact: cauchy_schwarz_sqr.
  rewrite Hd; apply: Rmult_lt_0_compat; first exact: Rinv_0_lt_compat.
  by apply: (sum_gt0 (Ordinal N0)) => k; rewrite dot_unit X1; lra.
move=> th; split=> [least|E eta].
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

(** The parts of the clause: small steps, how small, a quadratic, linear regression, and the objective. *)
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
     (forall theta, (forall eta, J theta <= J eta) <-> H *v theta = c) /\
     (exists theta, H *v theta = c) /\
     ((exists i, forall k, X k i = 1) -> exists lambda v, v <> vzero T /\ H *v v = lambda *: v /\
       (forall mu u, u <> vzero T -> H *v u = mu *: u -> mu <= lambda) /\ 0 < lambda /\
       let at_step r start := descend (fun x => H *v x -v c) r start in
       (forall r start, 0 < r < 2 / lambda -> exists theta, H *v theta = c /\
         forall i, is_lim_seq (fun t => at_step r start t i) (theta i)) /\
       exists start, forall r (theta : vec T), 2 / lambda <= r ->
         ~ forall i, is_lim_seq (fun t => at_step r start t i) (theta i))) /\
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

(** Batches of one sample each: none is empty. *)
Lemma cost_batches_satisfiable : forall s (j : 'I_s), INR #|[pred k : 'I_s | k == j]| <> 0.
Proof. by move=> s j; rewrite card1; exact: R1_neq_R0. Qed.

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
