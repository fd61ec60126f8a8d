(** * Chapter 4: sigmoid, hyperbolic tangent, and the Jacobian of every elementwise activation *)

From Gradspec Require Import Base Activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Sigmoid *)

Lemma sigmoid_bounds z : 0 < sigmoid z < 1.
Proof.
have e0 := exp_pos (- z); rewrite /sigmoid; split; first by apply: Rdiv_lt_0_compat; lra.
by apply/Rlt_div_l; lra.
Qed.

Lemma sigmoid_exponential z : sigmoid z = exp z / (1 + exp z).
Proof. by rewrite /sigmoid exp_Ropp; have := exp_pos z; move=> e0; field; lra. Qed.

Theorem sigmoid_symmetric : forall z, sigmoid z + sigmoid (- z) = 1.
Proof. by move=> z; rewrite (sigmoid_exponential z) /sigmoid Ropp_involutive; have := exp_pos z => e0; field; lra. Qed.

Lemma sigmoid_opp z : sigmoid (- z) = 1 - sigmoid z.
Proof. by have := sigmoid_symmetric z; lra. Qed.

Lemma sigmoid_increasing z t : z < t -> sigmoid z < sigmoid t.
Proof.
move=> lt; rewrite /sigmoid; have e0 := exp_pos (- t).
have : exp (- t) < exp (- z) by apply: exp_increasing; lra.
by move=> le; apply: Rmult_lt_compat_l; first lra; apply: Rinv_lt_contravar; nra.
Qed.

Lemma sigmoid_zero : sigmoid 0 = / 2.
Proof. by rewrite /sigmoid Ropp_0 exp_0; field. Qed.

Lemma sigmoid_derive z : is_derive sigmoid z (sigmoid z * (1 - sigmoid z)).
Proof.
have e0 := exp_pos (- z); rewrite /sigmoid; auto_derive; first lra.
by field; lra.
Qed.

Lemma exp_double z : exp (2 * z) = exp z * exp z.
Proof. by rewrite -exp_plus; congr exp; ring. Qed.

Theorem sigmoid_value :
  (forall z, sigmoid z = 1 / (1 + exp (- z))) /\
  (forall z, sigmoid z = exp z / (1 + exp z)) /\
  (forall z, sigmoid z = (1 + tanh (z / 2)) / 2) /\
  (forall z, let e := exp (- Rabs z) in sigmoid z = if Rle_dec 0 z then 1 / (1 + e) else e / (1 + e)) /\
  is_lim sigmoid m_infty 0 /\ is_lim sigmoid p_infty 1 /\
  (forall z, 0 < sigmoid z < 1) /\ sigmoid 0 = / 2 /\
  (forall z t, z < t -> sigmoid z < sigmoid t) /\ (forall z, sigmoid (- z) = 1 - sigmoid z).
Proof.
split=> //; split; first exact: sigmoid_exponential.
split.
  move=> z; rewrite sigmoid_exponential /tanh.
  have -> : exp z = exp (z / 2) * exp (z / 2) by rewrite -exp_double; congr exp; field.
  by rewrite exp_Ropp; have e0 := exp_pos (z / 2); field; split; nra.
split.
  move=> z e; rewrite /e; case: Rle_dec => z0 /=; first by rewrite Rabs_pos_eq.
  by rewrite sigmoid_exponential Rabs_left ?Ropp_involutive //; lra.
split.
  apply: (@lim_exp_below _ _ 1) => [|t t0]; first lra.
  have [s0 _] := sigmoid_bounds t; rewrite Rminus_0_r Rabs_pos_eq; last lra.
  by rewrite sigmoid_exponential Rmult_1_l; have e0 := exp_pos t; apply/Rle_div_l; nra.
split.
  apply: (@lim_exp_above _ _ 1) => [|t t0]; first lra.
  have [_ s1] := sigmoid_bounds t; rewrite Rabs_minus_sym Rabs_pos_eq; last lra.
  rewrite -sigmoid_opp sigmoid_exponential Rmult_1_l; have e0 := exp_pos (- t); apply/Rle_div_l; nra.
split; first exact: sigmoid_bounds. split; first exact: sigmoid_zero.
split; [exact: sigmoid_increasing|exact: sigmoid_opp].
Qed.

Lemma sigmoid_slope_stable z : sigmoid z * (1 - sigmoid z) = exp (- Rabs z) / (1 + exp (- Rabs z)) ^ 2.
Proof.
rewrite -sigmoid_opp; case: (Rle_dec 0 z) => H.
- by rewrite Rabs_pos_eq // (sigmoid_exponential (- z)) /sigmoid; have := exp_pos (- z) => e0; field; lra.
- rewrite Rabs_left; last lra.
  by rewrite Ropp_involutive (sigmoid_exponential z) /sigmoid Ropp_involutive; have := exp_pos z => e0; field; lra.
Qed.

(** A number of the form [C e / (1 + e)^2] with a falling exponential [e] tends to 0. *)
Lemma lim_bell (f : R -> R) C k : 0 < C -> 1 <= k ->
  (forall z, f z = C * exp (- k * Rabs z) / (1 + exp (- k * Rabs z)) ^ 2) ->
  is_lim f m_infty 0 /\ is_lim f p_infty 0.
Proof.
move=> C0 k1 E; have B t : Rabs (f t - 0) <= C * exp (- Rabs t).
  have e0 := exp_pos (- k * Rabs t).
  have le : exp (- k * Rabs t) <= exp (- Rabs t).
    have a0 := Rabs_pos t; case: (Req_dec (- k * Rabs t) (- Rabs t)) => [->|ne]; first lra.
    by apply: Rlt_le; apply: exp_increasing; nra.
  rewrite Rminus_0_r E Rabs_pos_eq.
    apply/Rle_div_l; first nra.
    have s : 1 <= (1 + exp (- k * Rabs t)) ^ 2 by nra.
    have p : 0 < C * exp (- Rabs t) by apply: Rmult_lt_0_compat => //; exact: exp_pos.
    have := Rmult_le_compat_l _ _ _ (Rlt_le _ _ p) s; have := Rmult_le_compat_l C _ _ (Rlt_le _ _ C0) le; lra.
  by apply: Rlt_le; apply: Rdiv_lt_0_compat; nra.
split.
- by apply: (lim_exp_below C0) => t t0; apply: Rle_trans (B t) _; rewrite Rabs_left1 // Ropp_involutive; lra.
- by apply: (lim_exp_above C0) => t t0; apply: Rle_trans (B t) _; rewrite Rabs_pos_eq //; lra.
Qed.

Theorem sigmoid_derivative : let d z := sigmoid z * (1 - sigmoid z) in
  (forall z, is_derive sigmoid z (d z)) /\
  (forall z, let e := exp (- Rabs z) in d z = e / (1 + e) ^ 2) /\
  is_lim d m_infty 0 /\ is_lim d p_infty 0 /\
  (forall z, 0 < d z) /\ (forall z, d (- z) = d z) /\ (forall z, d z <= / 4) /\ d 0 = / 4.
Proof.
move=> d; split; first exact: sigmoid_derive. split; first exact: sigmoid_slope_stable.
have [|||L0 L1] := @lim_bell d 1 1; try lra.
  by move=> z; rewrite /d sigmoid_slope_stable Rmult_1_l; have -> : - (1) * Rabs z = - Rabs z by ring.
split=> //; split=> //; split.
  by move=> z; have := sigmoid_bounds z; rewrite /d; nra.
split; first by move=> z; rewrite /d sigmoid_opp; ring.
split; last by rewrite /d sigmoid_zero; field.
by move=> z; have := Rle_0_sqr (sigmoid z - / 2); rewrite /Rsqr /d; lra.
Qed.

Theorem sigmoid_vjp : forall (T : finType) (z v : vec T),
  is_vjp (elementwise sigmoid) z v (fun i => v i * (sigmoid (z i) * (1 - sigmoid (z i)))).
Proof.
by move=> T z v; apply: (@elementwise_vjp T _ (fun t => sigmoid t * (1 - sigmoid t))) => i; exact: sigmoid_derive.
Qed.

(** ** Hyperbolic tangent *)

Lemma tanh_sigmoid z : tanh z = 2 * sigmoid (2 * z) - 1.
Proof.
by rewrite sigmoid_exponential exp_double /tanh exp_Ropp; have := exp_pos z => e0; field; split; nra.
Qed.

Lemma tanh_opp z : tanh (- z) = - tanh z.
Proof.
by rewrite /tanh Ropp_involutive; have := exp_pos z => e0; have := exp_pos (- z) => e1; field; lra.
Qed.

Lemma tanh_bounds z : -1 < tanh z < 1.
Proof. by have := sigmoid_bounds (2 * z); rewrite tanh_sigmoid; lra. Qed.

Lemma tanh_derive z : is_derive tanh z (1 - tanh z ^ 2).
Proof.
have e0 := exp_pos z; have e1 := exp_pos (- z); rewrite /tanh; auto_derive; first lra.
by field; lra.
Qed.

Theorem tanh_value :
  (forall z, tanh z = (exp z - exp (- z)) / (exp z + exp (- z))) /\
  (forall z, tanh z = (exp (2 * z) - 1) / (exp (2 * z) + 1)) /\
  (forall z, tanh z = 2 * sigmoid (2 * z) - 1) /\
  (forall z, tanh z = Rtrigo_def.tanh z) /\
  is_lim tanh m_infty (-1) /\ is_lim tanh p_infty 1 /\
  (forall z, -1 < tanh z < 1) /\ (forall z, tanh (- z) = - tanh z) /\ tanh 0 = 0.
Proof.
split=> //; split.
  by move=> z; rewrite exp_double /tanh exp_Ropp; have := exp_pos z => e0; field; split; nra.
split; first exact: tanh_sigmoid.
split.
  move=> z; rewrite /tanh /Rtrigo_def.tanh /sinh /cosh.
  by have := exp_pos z => e0; have := exp_pos (- z) => e1; field; lra.
have mono t : t <= 0 -> exp (2 * t) <= exp t.
  move=> t0; have e0 := exp_pos t; rewrite exp_double.
  have : exp t <= 1 by rewrite -exp_0; case: (Req_dec t 0) => [->|ne]; [lra|apply: Rlt_le; apply: exp_increasing; lra].
  nra.
have L t : t <= 0 -> Rabs (tanh t - -1) <= 2 * exp t.
  move=> t0; have b := tanh_bounds t; rewrite Rabs_pos_eq; last lra.
  have -> : tanh t - -1 = 2 * sigmoid (2 * t) by rewrite tanh_sigmoid; ring.
  have e0 := exp_pos (2 * t); have := mono t t0 => le.
  apply: Rmult_le_compat_l; first lra.
  by rewrite sigmoid_exponential; apply/Rle_div_l; nra.
split; first by apply: (@lim_exp_below _ _ 2) => //; lra.
split.
  apply: (@lim_exp_above _ _ 2) => [|t t0]; first lra.
  have := L (- t) ltac:(lra); rewrite tanh_opp.
  by have -> : - tanh t - -1 = - (tanh t - 1) by [ring]; rewrite Rabs_Ropp.
split; first exact: tanh_bounds. split; first exact: tanh_opp.
by rewrite /tanh Ropp_0; have e0 := exp_pos 0; field; lra.
Qed.

Lemma tanh_slope_stable z : 1 - tanh z ^ 2 = 4 * exp (- 2 * Rabs z) / (1 + exp (- 2 * Rabs z)) ^ 2.
Proof.
have H t : 1 - tanh t ^ 2 = 4 * exp (- 2 * t) / (1 + exp (- 2 * t)) ^ 2.
  have -> : - 2 * t = 2 * (- t) by ring.
  rewrite exp_double tanh_sigmoid /sigmoid.
  have -> : - (2 * t) = 2 * (- t) by ring.
  by rewrite exp_double; have := exp_pos (- t) => e0; field; nra.
case: (Rle_dec 0 z) => z0; first by rewrite Rabs_pos_eq.
by rewrite Rabs_left; [rewrite -H tanh_opp; ring|lra].
Qed.

Theorem tanh_derivative : let d z := 1 - tanh z ^ 2 in
  (forall z, is_derive tanh z (d z)) /\
  (forall z, d z = (1 - tanh z) * (1 + tanh z)) /\
  (forall z, let e := exp (- 2 * Rabs z) in d z = 4 * e / (1 + e) ^ 2) /\
  is_lim d m_infty 0 /\ is_lim d p_infty 0 /\
  (forall z, 0 < d z) /\ (forall z, d (- z) = d z) /\ (forall z, d z <= 1) /\ d 0 = 1.
Proof.
move=> d; split; first exact: tanh_derive. split; first by move=> z; rewrite /d; ring.
split; first exact: tanh_slope_stable.
have [|||L0 L1] := @lim_bell d 4 2; try lra; first exact: tanh_slope_stable.
split=> //; split=> //; split; first by move=> z; have := tanh_bounds z; rewrite /d; nra.
split; first by move=> z; rewrite /d tanh_opp; ring.
split; first by move=> z; have := pow2_ge_0 (tanh z); rewrite /d; lra.
by rewrite /d tanh_sigmoid Rmult_0_r sigmoid_zero; field.
Qed.

Theorem tanh_vjp : forall (T : finType) (z v : vec T),
  is_vjp (elementwise tanh) z v (fun i => v i * (1 - tanh (z i) ^ 2)).
Proof. by move=> T z v; apply: (@elementwise_vjp T _ (fun t => 1 - tanh t ^ 2)) => i; exact: tanh_derive. Qed.

(** ** All elementwise activations *)

Theorem activation_jacobian : forall (T : finType) (z : vec T),
  (forall (g d : R -> R), (forall i, is_derive g (z i) (d (z i))) ->
    is_jacobian (elementwise g) z (fun '(i, j) => delta i j * d (z i))) /\
  is_jacobian (elementwise identity_activation) z (identity T) /\
  (forall c, (forall i, z i <> 0) -> is_jacobian (elementwise relu) z (diag (elementwise (relu_slope c) z)) /\
    elementwise (relu_slope c) z = elementwise indicator z) /\
  (forall alpha c, (forall i, z i <> 0) ->
    is_jacobian (elementwise (leaky_relu alpha)) z (diag (elementwise (leaky_relu_slope alpha c) z))) /\
  is_jacobian (elementwise sigmoid) z (diag (fun i => sigmoid (z i) * (1 - sigmoid (z i)))) /\
  is_jacobian (elementwise tanh) z (diag (fun i => 1 - tanh (z i) ^ 2)) /\
  (forall (g : R -> R) i, ~ ex_derive g (z i) -> ~ differentiable (elementwise g) z) /\
  (forall d v : vec T, (diag d)^T *v v = diag d *v v /\ diag d *v v = d .* v).
Proof.
move=> T z; split.
  by move=> g d H; apply: jacobian_eq (elementwise_jacobian H) _; apply: mat_eq.
split.
  apply: jacobian_eq (@elementwise_jacobian T identity_activation (fun _ => 1) z (fun i => is_derive_id _)) _.
  by rewrite -diag_ones.
split.
  move=> c H; split; first by apply: elementwise_jacobian => i; exact: relu_derive.
  apply: vec_eq => i; rewrite /elementwise /relu_slope /indicator.
  by have := H i; repeat (case: Rlt_dec => ? /=); lra.
split; first by move=> alpha c H; apply: elementwise_jacobian => i; exact: leaky_relu_derive.
split.
  by apply: (@elementwise_jacobian T _ (fun t => sigmoid t * (1 - sigmoid t))) => i; exact: sigmoid_derive.
split; first by apply: (@elementwise_jacobian T _ (fun t => 1 - tanh t ^ 2)) => i; exact: tanh_derive.
split; first by move=> g i; exact: elementwise_not_differentiable.
by move=> d v; rewrite transpose_diag mulmv_diag.
Qed.
