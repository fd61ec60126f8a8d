(** * Chapter 5: what is printed about losses and is false

    Each theorem is named after its erratum and refutes the printed form by the counterexample that is listed there. *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax Losses Losses_Logits.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** Printed: the derivative of [v^2] with respect to [v] is its derivative with respect to [v] times that of [v] with
    respect to [b]. *)
Theorem erratum_A_E31 : ~ forall (v : R -> R) (b dv : R), is_derive v b dv ->
  is_derive (fun t => t ^ 2) (v b) (Derive (fun t => t ^ 2) (v b) * dv).
Proof.
have D t : is_derive (fun t => t ^ 2) t (2 * t) by auto_derive => //; ring.
move=> /(_ (fun b => 3 - b) 0 (-1)) H.
have {}H := H ltac:(by auto_derive => //; ring).
by have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ (D _)); lra.
Qed.

(** Printed: the derivative of the cost with respect to [v] is the mean of [v_k dv_k/db]. *)
Theorem erratum_A_E32 : ~ forall (N : nat) (v dv : 'V_N) (k : 'I_N),
  is_partial (fun x => 1 / (2 * INR N) * (\sum_l x l ^ 2)) v k (1 / INR N * (\sum_l v l * dv l)).
Proof.
move=> /(_ 2%N (entries 2 [:: 2; -3]) (fun _ => -1) i1) H.
have D : is_partial (fun x : 'V_2 => 1 / (2 * INR 2) * (\sum_l x l ^ 2)) (entries 2 [:: 2; -3]) i1 1.
  have P : is_derive (fun t : R => t ^ 2) (entries 2 [:: 2; -3] i1) 4 by rewrite /entries /=; auto_derive => //; lra.
  have := partial_scale (1 / (2 * INR 2)) (@partial_entries _ (fun _ t => t ^ 2) _ i1 _ P).
  by have -> : 1 / (2 * INR 2) * 4 = 1 by rewrite /=; field.
by have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D) sum_I2 /entries /=; lra.
Qed.

(** Printed: the factor [o (1 - o)] stays in the derivative of the cross-entropy with respect to [z].  The place is a
    confident and wrong prediction, where the true magnitude is nearly 1. *)
Theorem erratum_B_E22 :
  (~ forall z y, is_gradient (fun x : 'V_1 => sigmoid_cross_entropy entry_sum x (fun _ => y)) (fun _ => z)
    (fun _ => (sigmoid z - y) * (sigmoid z * (1 - sigmoid z)))) /\
  (let z := -20 in let d := sigmoid z - 1 in Rabs d > 9 / 10 /\ Rabs (d * (sigmoid z * (1 - sigmoid z))) < 1 / 10).
Proof.
have e1 : exp (-20) < / 20.
  have -> : -20 = - (20) by ring.
  by rewrite exp_Ropp; apply: Rinv_lt_contravar; have := exp_ineq1_le 20; lra.
have e0 := exp_pos (-20).
have s1 : sigmoid (-20) < / 20.
  by rewrite sigmoid_exponential; apply/Rlt_div_l; nra.
have sb := sigmoid_bounds (-20).
split; last by split; [rewrite Rabs_left; lra|rewrite Rabs_left; nra].
move=> /(_ (-20) 1) H; have [D _] := sigmoid_cross_entropy_delta entry_sum (fun _ : 'I_1 => -20) (fun _ => 1).
by have /(f_equal (fun x => x i1)) := gradient_unique H D; rewrite /=; nra.
Qed.

(** Printed: [d(u, v) = L(u)] with one function [L].  For half of the squared difference there is none. *)
Theorem erratum_ED11 : ~ exists L : R -> R, forall u v, (u - v) ^ 2 / 2 = L u.
Proof. by move=> [L H]; have := H 0 1; have := H 0 2; lra. Qed.

(** Printed: a loss is made from a metric.  Half of the squared difference breaks the triangle inequality; the
    categorical cross-entropy is not 0 for equal arguments and not symmetric.  See [loss_function] for the general
    claim. *)
Theorem erratum_ED12 :
  (~ forall u v w : R, (u - w) ^ 2 / 2 <= (u - v) ^ 2 / 2 + (v - w) ^ 2 / 2) /\
  (~ forall y : 'V_2, (forall j, 0 < y j) -> \sum_j y j = 1 -> categorical_cross_entropy y y = 0) /\
  (~ forall o y : 'V_2, (forall j, 0 < o j) -> (forall j, 0 < y j) -> \sum_j o j = 1 -> \sum_j y j = 1 ->
    categorical_cross_entropy o y = categorical_cross_entropy y o).
Proof.
have l2 : 0 < ln 2 by rewrite -ln_1; apply: ln_increasing; lra.
split; first by move=> /(_ 0 1 2); lra.
split.
  move=> /(_ (entries 2 [:: 1 / 2; 1 / 2])) H.
  have {}H := H ltac:(by apply: forall_I2; rewrite /entries /=; lra) ltac:(by rewrite sum_I2 /entries /=; lra).
  move: H; rewrite /categorical_cross_entropy sum_I2 /entries /=.
  have -> : ln (1 / 2) = - ln 2 by rewrite /Rdiv Rmult_1_l ln_Rinv //; lra.
  lra.
move=> /(_ (entries 2 [:: 9 / 10; 1 / 10]) (entries 2 [:: 1 / 2; 1 / 2])) H.
have {}H := H ltac:(by apply: forall_I2; rewrite /entries /=; lra) ltac:(by apply: forall_I2; rewrite /entries /=; lra)
  ltac:(by rewrite sum_I2 /entries /=; lra) ltac:(by rewrite sum_I2 /entries /=; lra).
move: H; rewrite /categorical_cross_entropy !sum_I2 /entries /=.
have -> : ln (1 / 2) = - ln 2 by rewrite /Rdiv Rmult_1_l ln_Rinv //; lra.
have E9 : ln (9 / 10) = ln 9 - ln 10 by rewrite ln_div //; lra.
have E1 : ln (1 / 10) = - ln 10 by rewrite /Rdiv Rmult_1_l ln_Rinv //; lra.
rewrite E9 E1 => E.
(* It would follow that [9 * 4 = 100]. *)
have : ln (9 * (2 * 2)) = ln (10 * 10) by rewrite (ln_mult 9 (2 * 2)) ?(ln_mult 2 2) ?(ln_mult 10 10); lra.
by move=> /ln_inv Z; have := Z ltac:(lra) ltac:(lra); lra.
Qed.

(** Printed: a loss increases with every entry of the error [e]. *)
Theorem erratum_EJ10 :
  (~ forall e e', -1 < e <= e' -> - ln (1 + e) <= - ln (1 + e')) /\
  (~ forall e e', e <= e' -> e ^ 2 / 2 <= e' ^ 2 / 2).
Proof.
split=> H; last by have := H (-2) (-1); lra.
have := H (- / 2) (- / 10) ltac:(lra).
have : ln (1 + - / 2) < ln (1 + - / 10) by apply: ln_increasing; lra.
lra.
Qed.

(** For logits that are 0 the softmax is uniform. *)
Lemma softmax_zero m (i : 'I_m) : softmax (vzero _) i = / INR m.
Proof.
rewrite /softmax /vzero exp_0; have -> : \sum_(j : 'I_m) 1 = INR m by rewrite sum_const card_ord Rmult_1_r.
by rewrite /Rdiv Rmult_1_l.
Qed.

(** Printed: the gradient is [softmax(z) - y] for all labels with entries 0 and 1. *)
Theorem erratum_EJ11 : ~ forall (m : nat) (z y : 'V_m), (forall i, y i = 0 \/ y i = 1) ->
  is_gradient (fun x => softmax_cross_entropy x y) z (fun i => softmax z i - y i).
Proof.
move=> /(_ 3%N (vzero _) (entries 3 [:: 1; 1; 0])) H.
have {}H := H ltac:(by apply: forall_I3; rewrite /entries /=; lra).
have [D _] := softmax_cross_entropy_delta (vzero (ordinal_finType 3)) (entries 3 [:: 1; 1; 0]).
have /(f_equal (fun x => x i1)) := gradient_unique H D.
by rewrite softmax_zero sum_I3 /entries /=; lra.
Qed.

(** Printed: half of the squared distance is the mean squared error; their gradients differ as well. *)
Theorem erratum_EP25 :
  (~ forall (m : nat) (o y : 'V_m), / 2 * (\sum_k (o k - y k) ^ 2) = (\sum_k (o k - y k) ^ 2) / INR m) /\
  (~ forall (m : nat) (o y : 'V_m), is_gradient (fun x => (\sum_k (x k - y k) ^ 2) / INR m) o (o -v y)).
Proof.
split=> H.
- by have := H 1%N (fun _ => 3) (fun _ => 0); rewrite sum_I1 /=; lra.
- have D := gradient_scale (/ INR 1) (squares_gradient (fun _ : 'I_1 => 3) (fun _ => 0)).
  have {}D := gradient_ext (fun z => Rmult_comm _ _) D.
  by have /(f_equal (fun x => x i1)) := gradient_unique (H 1%N (fun _ => 3) (fun _ => 0)) D; rewrite /vsub /=; lra.
Qed.

(** Printed: the derivative is [- sum_i o_i (delta_ij - o_j)]. *)
Theorem erratum_EP32 : ~ forall (m : nat) (z y : 'V_m), \sum_i y i = 1 -> let o := softmax z in
  is_gradient (fun x => softmax_cross_entropy x y) z (fun j => - (\sum_i o i * (delta i j - o j))).
Proof.
move=> /(_ 2%N (vzero _) (entries 2 [:: 1; 0])) H.
have {}H := H ltac:(by rewrite sum_I2 /entries /=; lra).
have [D _] := softmax_cross_entropy_delta (vzero (ordinal_finType 2)) (entries 2 [:: 1; 0]).
have /(f_equal (fun x => x i1)) := gradient_unique H D.
by rewrite !sum_I2 !softmax_zero /delta /entries /=; lra.
Qed.

(** Printed: the delta is [o - y] because the predictions sum to one.  It takes labels that do. *)
Theorem erratum_EP33 : ~ forall (m : nat) (z y : 'V_m), \sum_i softmax z i = 1 ->
  is_gradient (fun x => softmax_cross_entropy x y) z (fun i => softmax z i - y i).
Proof.
move=> /(_ 2%N (vzero _) (ones _)) H; have {}H := H (softmax_sum _ i1).
have [D _] := softmax_cross_entropy_delta (vzero (ordinal_finType 2)) (ones _).
have /(f_equal (fun x => x i1)) := gradient_unique H D.
by rewrite softmax_zero sum_I2 /ones /=; lra.
Qed.
