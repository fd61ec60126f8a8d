(** * Chapter 5: losses in general

    What the first section of the chapter claims beside its definitions. *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax Losses Losses_Logits.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

Definition is_metric {T : finType} (d : vec T -> vec T -> R) : Prop :=
  (forall x y, d x y = 0 <-> x = y) /\ (forall x y, d x y = d y x) /\ (forall x y z, d x z <= d x y + d y z).

(** The value does not fall as the magnitude of an entry of the error grows, with its sign and the other entries fixed,
    in the domain. *)
Definition grows_with_error {m : nat} (domain : 'V_m -> Prop) (loss : 'V_m -> R) (y : 'V_m) : Prop :=
  forall (e : 'V_m) j t t', 0 <= t <= t' \/ t' <= t <= 0 ->
  domain (y +v replace e j t) -> domain (y +v replace e j t') ->
  loss (y +v replace e j t) <= loss (y +v replace e j t').

(** ** No metric is a loss *)

Section Metric.
Variable T : finType.
Variable d : vec T -> vec T -> R.
Hypothesis metric : is_metric d.
Hypothesis smooth : forall y o, exists g, is_gradient (fun x => d x y) o g.

Lemma metric_ge0 x y : 0 <= d x y.
Proof.
have [zero [symm tri]] := metric; have := tri x y x; rewrite (symm y x).
by have -> : d x x = 0 by [apply/zero]; lra.
Qed.

(** Along a line through [y] the distance from [y] is least at [y], so that it has the slope 0 there. *)
Lemma metric_least y u : is_derive (fun t => d (y +v t *: u) y) 0 0.
Proof.
have [zero _] := metric; have [g /(derive_direction u) D] := smooth y y.
suff b0 : dot g u = 0 by move: D; rewrite b0.
have Y : y +v 0 *: u = y by apply: vec_eq => i; rewrite /vadd /vscale; ring.
have d0 : d (y +v 0 *: u) y = 0 by apply/zero.
move: D; set b := dot g u => /slopes_derive [Hr Hl].
apply: cond_eq => eps e0; rewrite Rminus_0_r.
have [er [er0 /(_ (er / 2) ltac:(lra))]] := Hr eps e0; have [el [el0 /(_ (- (el / 2)) ltac:(lra))]] := Hl eps e0.
rewrite d0 !Rplus_0_l !Rminus_0_r.
have pr := metric_ge0 (y +v (er / 2) *: u) y; have pl := metric_ge0 (y +v - (el / 2) *: u) y.
have qr : 0 <= d (y +v (er / 2) *: u) y / (er / 2) by apply: Rdiv_le_0_compat; lra.
have ql : d (y +v - (el / 2) *: u) y / - (el / 2) <= 0.
  have -> : d (y +v - (el / 2) *: u) y / - (el / 2) = - (d (y +v - (el / 2) *: u) y / (el / 2)) by field; lra.
  by have h0 : 0 < el / 2 by [lra]; have := Rdiv_le_0_compat _ _ pl h0; lra.
by split_Rabs; lra.
Qed.

(** By the triangle inequality the distance from [w] has the slope 0 wherever one is. *)
Lemma metric_flat w y u : is_derive (fun t => d (y +v t *: u) w) 0 0.
Proof.
have [zero [symm tri]] := metric; have [g /(derive_direction u) D] := smooth w y.
suff a0 : dot g u = 0 by move: D; rewrite a0.
have Y : y +v 0 *: u = y by apply: vec_eq => i; rewrite /vadd /vscale; ring.
move: D; set a := dot g u => /slopes_derive [Hr _].
have /slopes_derive [Hy _] := metric_least y u.
apply: cond_eq => eps e0; rewrite Rminus_0_r.
have [|er [er0 He]] := Hr (eps / 2); first lra. have [|ey [ey0 Hey]] := Hy (eps / 2); first lra.
set h := Rmin er ey / 2; have m0 := Rmin_pos _ _ er0 ey0; have m1 := Rmin_l er ey; have m2 := Rmin_r er ey.
have h0 : 0 < h by rewrite /h; lra.
have := He h ltac:(rewrite /h; lra); have := Hey h ltac:(rewrite /h; lra).
rewrite !Rplus_0_l Y; have -> : d y y = 0 by apply/zero.
rewrite !Rminus_0_r; set p := d (y +v h *: u) y.
have A : Rabs (d (y +v h *: u) w - d y w) <= p.
  have t1 := tri (y +v h *: u) y w; have := tri y (y +v h *: u) w.
  rewrite (symm y (y +v h *: u)) -/p => t2.
  by move: t1; rewrite -/p => t1; apply: Rabs_le; lra.
move=> P Q; have p0 : 0 <= p by exact: metric_ge0.
have B : Rabs ((d (y +v h *: u) w - d y w) / h) <= p / h.
  rewrite Rabs_div; last lra.
  by rewrite (Rabs_pos_eq h); [apply: Rmult_le_compat_r => //; apply: Rlt_le; exact: Rinv_0_lt_compat|lra].
move: P; rewrite (Rabs_pos_eq (p / h)); last by apply: Rdiv_le_0_compat.
by move: B Q; split_Rabs; lra.
Qed.

Lemma metric_constant w u : d (w +v u) w = 0.
Proof.
have [zero _] := metric.
have W : w +v 0 *: u = w by apply: vec_eq => i; rewrite /vadd /vscale; ring.
have W1 : w +v 1 *: u = w +v u by apply: vec_eq => i; rewrite /vadd /vscale; ring.
have D t : is_derive (fun s => d (w +v s *: u) w) t 0.
  have F := metric_flat w (w +v t *: u) u.
  have G : is_derive (fun s : R => s - t) t 1 by auto_derive => //; ring.
  have F' : is_derive (fun s => d (w +v t *: u +v s *: u) w) (t - t) 0 by rewrite Rminus_eq_0.
  have := is_derive_comp (fun s => d (w +v t *: u +v s *: u) w) (fun s => s - t) t 0 1 F' G.
  have -> : scal 1 0 = 0 by rewrite /scal /= /mult /=; ring.
  apply: is_derive_ext => s; congr (d _ _).
  by apply: vec_eq => i; rewrite /vadd /vscale; ring.
have E := @eq_is_derive _ (fun s => d (w +v s *: u) w) 0 1 (fun t _ => D t) Rlt_0_1.
by rewrite -W1 -E W; apply/zero.
Qed.

End Metric.

Lemma metric_no_loss (m : nat) (d : 'V_m -> 'V_m -> R) : (1 <= m)%N -> is_metric d ->
  ~ (forall y o, exists g, is_gradient (fun x => d x y) o g).
Proof.
move=> m1 M S; have [zero _] := M.
have := metric_constant M S (vzero _) (ones _) => /zero /(f_equal (fun x => x (Ordinal m1))).
by rewrite /vadd /vzero /ones; lra.
Qed.

(** The largest coordinate distance is a metric, so that the hypothesis is met. *)
Lemma loss_function_satisfiable (m : nat) : @is_metric (ordinal_finType m) (fun x y => vnorm (x -v y)).
Proof.
split=> [x y|]; [split=> [/vnorm_eq0 E|->]|split=> [x y|x y z]].
- by apply: vec_eq => i; have := f_equal (fun v => v i) E; rewrite /vsub /vzero; lra.
- by have -> : y -v y = vzero _; [apply: vec_eq => i; rewrite /vsub /vzero; ring|exact: vnorm_zero].
- have -> : y -v x = (-1) *: (x -v y) by apply: vec_eq => i; rewrite /vsub /vscale; ring.
  by rewrite vnorm_scale Rabs_Ropp Rabs_R1 Rmult_1_l.
- have -> : x -v z = (x -v y) +v (y -v z) by apply: vec_eq => i; rewrite /vadd /vsub; ring.
  exact: vnorm_add.
Qed.

(** ** Growth with the error *)

Lemma replace_entry (m : nat) (y e : 'V_m) j t k :
  (y +v replace e j t) k = if k == j then y j + t else y k + e k.
Proof. by rewrite /vadd /replace; case: eqP => [->|]. Qed.

Lemma entries_grow (m : nat) (f : 'I_m -> R -> R) (y e : 'V_m) j t t' : f j (y j + t) <= f j (y j + t') ->
  \sum_k f k ((y +v replace e j t) k) <= \sum_k f k ((y +v replace e j t') k).
Proof.
by move=> H; apply: sum_le => k; rewrite !replace_entry; case: eqP => [->|_] //; exact: Rle_refl.
Qed.

(** The term [y log(o / (y + t))] of a label and its complement, with the inequality of [gibbs] between any two
    predictions on the same side of the label. *)
Lemma binary_term_grows y t t' : 0 <= y <= 1 -> 0 <= t <= t' \/ t' <= t <= 0 ->
  0 < y + t < 1 -> 0 < y + t' < 1 -> binary_term y (y + t) <= binary_term y (y + t').
Proof.
move=> yb tb b b'; set p := y + t; set q := y + t'.
(* [ln q - ln p <= (q - p) / p] and the same for the complements. *)
have L a c : 0 < a -> 0 < c -> ln c - ln a <= (c - a) / a.
  move=> a0 c0; rewrite -ln_div //; have := exp_ineq1_le (ln (c / a)).
  by rewrite exp_ln; [have -> : (c - a) / a = c / a - 1; [field|]; lra|exact: Rdiv_lt_0_compat].
have l1 := L p q ltac:(rewrite /p; lra) ltac:(rewrite /q; lra).
have l2 := L (1 - p) (1 - q) ltac:(rewrite /p; lra) ltac:(rewrite /q; lra).
have : y * (ln q - ln p) + (1 - y) * (ln (1 - q) - ln (1 - p)) <= 0.
  apply: (Rle_trans _ (y * ((q - p) / p) + (1 - y) * ((1 - q - (1 - p)) / (1 - p)))).
    by apply: Rplus_le_compat; apply: Rmult_le_compat_l; lra.
  have -> : y * ((q - p) / p) + (1 - y) * ((1 - q - (1 - p)) / (1 - p)) = - ((q - p) * (p - y)) / (p * (1 - p)).
    by field; rewrite /p; lra.
  have n0 : 0 <= (q - p) * (p - y) by rewrite /q /p; nra.
  have d0 : 0 < p * (1 - p) by rewrite /p; nra.
  by apply/Rle_div_l => //; lra.
by rewrite /binary_term; lra.
Qed.

(** The first part is on metrics, the second the last column of the table.  The middle column is in the theorems on the
    gradients. *)
Theorem loss_function :
  (forall (m : nat) (d : 'V_m -> 'V_m -> R), (1 <= m)%N -> is_metric d ->
    ~ (forall y o, exists g, is_gradient (fun x => d x y) o g)) /\
  (forall (m : nat) (y : 'V_m), (1 <= m)%N ->
    (forall r s, grows_with_error (fun _ => True) (fun o => squared_error r s o y) y) /\
    grows_with_error (fun _ => True) (fun o => root_mean_square_error o y) y /\
    ((forall k, 0 <= y k <= 1) ->
      forall r, grows_with_error (fun o => forall k, 0 < o k < 1) (fun o => binary_cross_entropy r o y) y) /\
    ((forall j, y j = 0 \/ y j = 1) ->
      grows_with_error (fun o => forall j, 0 < o j <= 1) (fun o => categorical_cross_entropy o y) y) /\
    ((exists j, 0 < y j < 1) ->
      ~ grows_with_error (fun o => forall j, 0 < o j <= 1) (fun o => categorical_cross_entropy o y) y)).
Proof.
split; first exact: metric_no_loss.
move=> m y m1.
have sq (e : 'V_m) j t t' : 0 <= t <= t' \/ t' <= t <= 0 ->
    \sum_k ((y +v replace e j t) k - y k) ^ 2 <= \sum_k ((y +v replace e j t') k - y k) ^ 2.
  by move=> tb; apply: (entries_grow (f := fun k s => (s - y k) ^ 2)); nra.
split.
  move=> r s e j t t' tb _ _; apply: Rmult_le_compat_l; last exact: sq.
  by apply: Rlt_le; apply: Rmult_lt_0_compat; [exact: rho_pos|exact: factor_pos].
split.
  move=> e j t t' tb _ _; apply: sqrt_le_1_alt; apply: Rmult_le_compat_l; last exact: sq.
  by apply: Rlt_le; apply: Rinv_0_lt_compat; exact: INR_pos.
split.
  move=> yb r e j t t' tb D D'; rewrite !binary_sum; apply: Rmult_le_compat_l.
    by apply: Rlt_le; exact: rho_pos.
  apply: (entries_grow (f := fun k => binary_term (y k))).
  have := D j; have := D' j; rewrite !replace_entry eqxx => b' b.
  exact: binary_term_grows.
split.
  move=> y01 e j t t' tb D D'; rewrite /categorical_cross_entropy !sum_opp.
  apply: (entries_grow (f := fun k s => - (y k * ln s))).
  have := D j; have := D' j; rewrite !replace_entry eqxx => b' b.
  case: (y01 j) => E; rewrite E in b b' *; first lra.
  have : ln (1 + t') <= ln (1 + t) by apply: ln_le; lra.
  lra.
move=> [j yj] G.
set e : 'V_m := fun k => / 2 - y k; set c := (1 - y j) / 2.
have dom s : 0 <= s <= 1 - y j -> forall k, 0 < (y +v replace e j s) k <= 1.
  by move=> sb k; rewrite replace_entry /e; case: eqP => [_|_]; lra.
have := G e j c (1 - y j) ltac:(left; rewrite /c; lra) (dom c ltac:(rewrite /c; lra)) (dom (1 - y j) ltac:(lra)).
rewrite /categorical_cross_entropy (sum_remove j) (sum_remove j (fun k => y k * ln ((y +v replace e j (1 - y j)) k))).
have -> : \sum_(k | k != j) y k * ln ((y +v replace e j c) k) =
    \sum_(k | k != j) y k * ln ((y +v replace e j (1 - y j)) k).
  by apply: eq_bigr => k ne; rewrite !replace_entry (negbTE ne).
rewrite !replace_entry eqxx.
have : ln (y j + c) < ln (y j + (1 - y j)) by apply: ln_increasing; rewrite /c; lra.
by move=> /(Rmult_lt_compat_l _ _ _ (proj1 yj)); lra.
Qed.

(** ** Scaling *)

(** The conventions multiply independently; [S] is the sum of all squared errors of the batch, and [lambda S] the cost.
    The second part is the entry of the table that leads from [lambda] to [lambda'], the same minimisers, the rate of
    descent, and the root mean square error. *)
Theorem loss_scaling :
  (forall (N m : nat) (o y : 'I_N -> 'V_m) r s (kappa : R),
    kappa * (\sum_i squared_error r s (o i) (y i)) =
    kappa * square_factor s * rho r m * (\sum_i \sum_k (o i k - y i k) ^ 2)) /\
  (forall (n : nat) (S : 'V_n -> R) (lambda lambda' alpha : R) (x g g' : 'V_n),
    0 < lambda -> 0 < lambda' ->
    (forall x, lambda' * S x = lambda' / lambda * (lambda * S x)) /\
    (is_gradient (fun x => lambda * S x) x g -> is_gradient (fun x => lambda' * S x) x ((lambda' / lambda) *: g)) /\
    ((forall z, lambda * S x <= lambda * S z) <-> (forall z, lambda' * S x <= lambda' * S z)) /\
    (is_gradient (fun x => lambda * S x) x g -> is_gradient (fun x => lambda' * S x) x g' ->
      alpha *: g = (alpha * lambda / lambda') *: g') /\
    (0 < lambda * S x -> is_gradient (fun x => lambda * S x) x g ->
      is_gradient (fun x => sqrt (lambda * S x)) x ((1 / (2 * sqrt (lambda * S x))) *: g)) /\
    ((forall z, 0 <= S z) ->
      ((forall z, lambda * S x <= lambda * S z) <-> (forall z, sqrt (lambda * S x) <= sqrt (lambda * S z))))).
Proof.
split.
  move=> N m o y r s kappa.
  have -> : \sum_i squared_error r s (o i) (y i) = square_factor s * rho r m * (\sum_i \sum_k (o i k - y i k) ^ 2).
    by rewrite sum_mull; apply: sum_ext => i; rewrite /squared_error; ring.
  by ring.
move=> n S l l' alpha x g g' l0 l0'.
have E z : l' * S z = l' / l * (l * S z) by field; lra.
have G : is_gradient (fun x => l * S x) x g -> is_gradient (fun x => l' * S x) x ((l' / l) *: g).
  by move=> H; apply: gradient_ext (gradient_scale (l' / l) H) => z; rewrite E.
have le (a : R) z : 0 < a -> (a * S x <= a * S z <-> S x <= S z).
  by move=> a0; split=> H; [exact: (Rmult_le_reg_l a)|apply: Rmult_le_compat_l; lra].
split=> //; split=> //; split.
  by split=> H z; apply/le => //; have /le := H z; apply.
split.
  move=> H H'; rewrite (gradient_unique H' (G H)); apply: vec_eq => i; rewrite /vscale; field; lra.
split.
  move=> p H; apply: (@gradient_scalar _ sqrt) H; have := sqrt_lt_R0 _ p => r0; auto_derive; first by [].
  by field; lra.
move=> S0; split=> H z; first exact: sqrt_le_1_alt.
by apply: sqrt_le_0; [apply: Rmult_le_pos|apply: Rmult_le_pos|]; try lra; try exact: S0; exact: H.
Qed.
