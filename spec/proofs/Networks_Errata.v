(** * Chapter 7: what the sources print wrong *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax Losses Losses_Logits
  Layers Layers_Errata Networks.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Lemma sigmoid_at_zero : sigmoid 0 = 1 / 2.
Proof. by rewrite /sigmoid Ropp_0 exp_0; field. Qed.

(** The pre-activation is not the activation. *)
Theorem erratum_A_E44 : ~ forall (m n : nat) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (i : 'I_m),
  layer sigmoid W b x i = dense W b x i.
Proof.
move=> /(_ 1%N 1%N (fun _ => 0) (fun _ => 2/5) (fun _ => 0) i1).
rewrite /layer /elementwise; have -> : dense (fun _ : 'I_1 * 'I_1 => 0) (fun _ : 'I_1 => 2/5) (fun _ => 0) i1 = 2/5.
  by rewrite /dense /vadd /mulmv sum_I1; ring.
by have := @sigmoid_half (2/5); lra.
Qed.

(** The product in the delta of the last layer is the one entry by entry, not the scalar product. *)
Theorem erratum_A_E46 : ~ forall (m : nat) (C : 'V_m -> R) (z u : 'V_m), is_gradient C (elementwise sigmoid z) u ->
  is_gradient (fun z => C (elementwise sigmoid z)) z (fun _ => dot u (fun i => sigmoid (z i) * (1 - sigmoid (z i)))).
Proof.
move=> H; pose u := entries 2 [:: -(1/2); 1/2]; pose z : 'V_2 := vzero _.
have G := gradient_dot u (elementwise sigmoid z).
have G' := gradient_each (g := sigmoid) (dg := slope_of 0 0 Sigmoid) (z := z)
  (fun i => activation_derive 0 0 (g := Sigmoid) (fun f => f)) G.
have := f_equal (fun v => v i1) (gradient_unique (H _ _ _ _ G) G').
by rewrite /dot sum_I2 /hadamard /elementwise /u /entries /z /vzero /= sigmoid_at_zero; lra.
Qed.

(** The formula of the last layer is wrong before it: one input, one hidden unit and one output. *)
Theorem erratum_B_E21 : ~ forall (w1 b1 w2 b2 x y : R),
  let o w1 := sigmoid (w2 * sigmoid (w1 * x + b1) + b2) in
  is_derive (fun w1 => - (y * ln (o w1) + (1 - y) * ln (1 - o w1))) w1
    ((- y / o w1 + (1 - y) / (1 - o w1)) * (o w1 * (1 - o w1)) * x).
Proof.
move=> /(_ 0 0 2 (-1) 1 1) /=.
have E0 : 0 * 1 + 0 = 0 by ring. have E1 : 2 * sigmoid (0 * 1 + 0) + -1 = 0 by rewrite E0 sigmoid_at_zero; field.
rewrite E1 sigmoid_at_zero => H.
have D1 : is_derive sigmoid (0 * 1 + 0) (1 / 4).
  have D := activation_derive 0 0 (g := Sigmoid) (z := 0 * 1 + 0) (fun f => f).
  by rewrite (_ : 1 / 4 = slope_of 0 0 Sigmoid (0 * 1 + 0)) // E0 /= sigmoid_at_zero; field.
have D2 : is_derive softplus (- (2 * sigmoid (0 * 1 + 0) + -1)) (1 / 2).
  have D := softplus_derive (- (2 * sigmoid (0 * 1 + 0) + -1)); move: D.
  by rewrite {2}E1 Ropp_0 sigmoid_at_zero.
have T : is_derive (fun w1 => softplus (- (2 * sigmoid (w1 * 1 + 0) + -1))) 0 (- (1 / 4)).
  apply/(gradient_derive (fun w1 => softplus (- (2 * sigmoid (w1 * 1 + 0) + -1)))).
  apply: gradient_eq (gradient_scalar (phi := softplus) (f := fun s : 'V_1 => - (2 * sigmoid (s i1 * 1 + 0) + -1)) D2
    (gradient_opp (gradient_plus (gradient_scale 2 (gradient_scalar (phi := sigmoid) (f := fun s : 'V_1 => s i1 * 1 + 0)
      D1 (gradient_plus (gradient_mult (gradient_entry i1 _) (gradient_const 1 _)) (gradient_const 0 _))))
      (gradient_const (-1) _)))) _ => j.
  have -> : delta i1 j = 1 by rewrite (ord1 j); exact: delta_same.
  by field.
have T' : is_derive (fun w1 => - (1 * ln (sigmoid (2 * sigmoid (w1 * 1 + 0) + -1)) +
    (1 - 1) * ln (1 - sigmoid (2 * sigmoid (w1 * 1 + 0) + -1)))) 0 (- (1 / 4)).
  apply: is_derive_ext T => t; rewrite ln_sigmoid.
  set a := softplus _; set c := ln _; rewrite -[LHS]/(a : R); rewrite -[RHS]/(- (1 * - a + (1 - 1) * c) : R).
  by rewrite Rminus_eq_0 Rmult_0_l Rplus_0_r Rmult_1_l Ropp_involutive.
by have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ T'); lra.
Qed.

(** The softmax is to be taken of the pre-activation, not of what the layer is fed. *)
Theorem erratum_EJ20 : ~ forall (n : nat) (W : 'M_(n, n)) (b y label : 'V_n), \sum_i label i = 1 ->
  is_gradient (fun y => softmax_cross_entropy (W *v y +v b) label) y (W^T *v (softmax y -v label)).
Proof.
move=> H; pose W := identity (ordinal_finType 2); pose b := entries 2 [:: 1; 0].
pose y : 'V_2 := vzero _; pose l := entries 2 [:: 1; 0].
have L1 : \sum_i l i = 1 by rewrite sum_I2 /l /entries /=; ring.
have [G _] := softmax_cross_entropy_delta (W *v y +v b) l.
have G' := gradient_comp (jacobian_affine W b y) G.
have := f_equal (fun v => v i1) (gradient_unique (H _ W b y l L1) G').
have I v : W^T *v v = v by apply: vec_eq => i; rewrite mulmv_tr; exact: sum_delta'.
rewrite !I L1 /vsub mulmv_identity.
have [-> _] := softmax_two y; have [-> _] := softmax_two (y +v b).
rewrite /y /b /l /vadd /vzero /entries /= Rminus_0_r sigmoid_at_zero.
by have := @sigmoid_half (0 + 1 - (0 + 0)); lra.
Qed.

(** No relu stands behind the last layer: whatever [g] is, the printed derivative by the bias is 0 here. *)
Theorem erratum_EJ21 : exists (W : 'M_(2, 1)) (b : 'V_2) (x : 'V_1) (label : 'V_2),
  ~ exists g : 'V_2, is_gradient (fun b => softmax_cross_entropy (dense W b x) label) b
    (fun j => g j * indicator (dense W b x j)).
Proof.
exists (fun _ => -1), (vzero _), (fun _ => 1), (entries 2 [:: 1; 0]) => -[g H].
set W : 'M_(2, 1) := fun _ => -1; set x : 'V_1 := fun _ => 1; set l := entries 2 [:: 1; 0].
have [G _] := softmax_cross_entropy_delta (dense W (vzero _) x) l.
have [_ [_ [_ G']]] := dense_gradients G.
have Z i : dense W (vzero _) x i = -1 by rewrite /dense /vadd /mulmv sum_I1 /W /x /vzero; ring.
have := f_equal (fun v => v i1) (gradient_unique H G').
have [-> _] := softmax_two (dense W (vzero _) x).
rewrite -/W -/x !Z /indicator Rminus_eq_0 sigmoid_at_zero sum_I2 /l /entries /=.
by case: Rlt_dec => /=; lra.
Qed.

(** [Delta] is not the gradient of the loss of one sample, and equals that of the cost where there is one sample. *)
Theorem erratum_EP20 :
  (exists (Z Y Delta : 'M_(1, 2)),
    (forall k, is_gradient (fun z : 'V_1 => / 2 * (z i1 - Y (i1, k)) ^ 2) (column Z k) (column Delta k)) /\
    ~ exists k, is_gradient (fun Z : 'M_(1, 2) => / 2 * (Z (i1, k) - Y (i1, k)) ^ 2) Z Delta) /\
  (exists (Z Y Delta : 'M_(1, 1)),
    is_gradient (fun z : 'V_1 => / 2 * (z i1 - Y (i1, i1)) ^ 2) (column Z i1) (column Delta i1) /\
    is_gradient (fun Z : 'M_(1, 1) => / 1 * (\sum_k / 2 * (Z (i1, k) - Y (i1, k)) ^ 2)) Z Delta).
Proof.
have sq t : is_derive (fun u => / 2 * u ^ 2) t t by auto_derive => //; field.
split.
- exists (rows 1 2 [:: [:: 2; 4]]), (fun _ => 0), (rows 1 2 [:: [:: 2; 4]]); split.
    move=> k; apply: gradient_eq (gradient_scalar (sq _) (gradient_minus (gradient_entry i1 _) (gradient_const 0 _))) _ => j.
    have -> : delta i1 j = 1 by rewrite (ord1 j); exact: delta_same.
    by rewrite (ord1 j) /column; move: k; apply: forall_I2; rewrite /rows /=; ring.
  move=> [k H].
  have G := gradient_scalar (sq _) (gradient_minus (gradient_entry (i1, k) (rows 1 2 [:: [:: 2; 4]])) (gradient_const 0 _)).
  have := f_equal (fun v => v (i1, if k == i1 then i2 else i1)) (gradient_unique H G).
  by move: k {H G}; apply: forall_I2; rewrite /rows /delta /=; lra.
- exists (fun _ => 2), (fun _ => 0), (fun _ => 2); split.
    apply: gradient_eq (gradient_scalar (sq _) (gradient_minus (gradient_entry i1 _) (gradient_const 0 _))) _ => j.
    have -> : delta i1 j = 1 by rewrite (ord1 j); exact: delta_same.
    by rewrite /column; ring.
  apply: gradient_ext (gradient_eq (gradient_scalar (sq _) (gradient_minus (gradient_entry (i1, i1) _)
    (gradient_const 0 _))) _) => [Z|[p q]]; first by rewrite sum_I1 Rinv_1 Rmult_1_l.
  have -> : delta (i1, i1) (p, q) = 1 by rewrite (ord1 p) (ord1 q); exact: delta_same.
  ring.
Qed.

(** The softmax of Code 1 sums over the samples: with one sample all its outputs are 1. *)
Theorem erratum_EP36 : ~ forall (m N : nat) (Z Y : 'M_(m, N)), (forall k, \sum_i Y (i, k) = 1) ->
  is_gradient (fun Z => / INR N * (\sum_k softmax_cross_entropy (column Z k) (column Y k))) Z
    (fun '(i, k) => / INR N * (softmax (row Z i) k - Y (i, k))).
Proof.
move=> H; pose Z : 'M_(2, 1) := fun _ => 0; pose Y := rows 2 1 [:: [:: 1]; [:: 0]].
have Y1 k : \sum_i Y (i, k) = 1 by rewrite sum_I2 (ord1 k) /Y /rows /=; ring.
have G := gradient_partial (i1, i1) (H _ _ Z Y Y1).
have [G' _] := softmax_cross_entropy_delta (column Z i1) (column Y i1).
have P := gradient_partial i1 G'.
have E t : softmax_cross_entropy (replace (column Z i1) i1 t) (column Y i1) =
    / INR 1 * (\sum_k softmax_cross_entropy (column (replace Z (i1, i1) t) k) (column Y k)).
  rewrite sum_I1 /= Rinv_1 Rmult_1_l; congr (softmax_cross_entropy _ _); apply: vec_eq => i.
  by rewrite /replace /column xpair_eqE eqxx andbT.
have := is_derive_unique _ _ _ G; rewrite (is_derive_unique _ _ _ (is_derive_ext _ _ _ _ E P)).
have -> : \sum_j column Y i1 j = 1 by exact: (Y1 i1).
have [-> _] := softmax_two (column Z i1).
rewrite /softmax sum_I1 /column /row /Z /Y /rows /= Rminus_eq_0 sigmoid_at_zero exp_0 Rinv_1.
lra.
Qed.
