(** * Chapter 5: cross-entropies from logits *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax Losses.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** The function [sp] of the text. *)
Definition softplus (t : R) : R := ln (1 + exp t).

Definition sigmoid_cross_entropy (r : entry_reduction) {m : nat} (z y : 'V_m) : R :=
  rho r m * \sum_k ((1 - y k) * softplus (z k) + y k * softplus (- z k)).

Definition softmax_cross_entropy {m : nat} (z y : 'V_m) : R := - \sum_j y j * ln (softmax z j).

(** ** Sigmoid *)

Lemma softplus_pos t : 0 < softplus t.
Proof. by rewrite /softplus -ln_1; apply: ln_increasing; have := exp_pos t; lra. Qed.

Lemma ln_sigmoid z : ln (sigmoid z) = - softplus (- z).
Proof.
by have e0 := exp_pos (- z); rewrite /sigmoid /softplus /Rdiv Rmult_1_l ln_Rinv //; lra.
Qed.

Lemma ln_one_minus_sigmoid z : ln (1 - sigmoid z) = - softplus z.
Proof. by rewrite -sigmoid_opp ln_sigmoid Ropp_involutive. Qed.

Lemma softplus_opp z : softplus z = z + softplus (- z).
Proof.
rewrite /softplus -{2}(ln_exp z) -ln_mult; [|exact: exp_pos|have := exp_pos (- z); lra].
by congr ln; rewrite exp_Ropp; have := exp_pos z => e0; field; lra.
Qed.

Lemma softplus_maximum t : softplus t = Rmax t 0 + ln (1 + exp (- Rabs t)).
Proof.
case: (Rle_dec t 0) => H; last by rewrite softplus_opp Rmax_left ?Rabs_pos_eq /softplus //; lra.
by rewrite Rmax_right // Rabs_left1 // Ropp_involutive /softplus; ring.
Qed.

Lemma sigmoid_entry z y :
  - (y * ln (sigmoid z) + (1 - y) * ln (1 - sigmoid z)) = (1 - y) * softplus z + y * softplus (- z).
Proof. by rewrite ln_sigmoid ln_one_minus_sigmoid; ring. Qed.

Theorem sigmoid_cross_entropy_value : forall r (m : nat) (z y : 'V_m), (1 <= m)%N -> (forall k, 0 <= y k <= 1) ->
  let loss := sigmoid_cross_entropy r z y in
  loss = rho r m * (\sum_k ((1 - y k) * ln (1 + exp (z k)) + y k * ln (1 + exp (- z k)))) /\
  loss = binary_cross_entropy r (elementwise sigmoid z) y /\
  loss = rho r m * (\sum_k (ln (1 + exp (z k)) - y k * z k)) /\
  loss = rho r m * (\sum_k (Rmax (z k) 0 - y k * z k + ln (1 + exp (- Rabs (z k))))) /\
  loss = rho r m * (\sum_k ((1 - y k) * z k - Rmin (z k) 0 + ln (1 + exp (- Rabs (z k))))) /\
  (let sp t := Rmax t 0 + ln (1 + exp (- Rabs t)) in
    loss = rho r m * (\sum_k ((1 - y k) * sp (z k) + y k * sp (- z k)))) /\
  0 < loss.
Proof.
move=> r m z y m1 yb loss; have r0 := rho_pos r m1.
split=> //; split.
  rewrite binary_sum; congr (_ * _); apply: sum_ext => k.
  by rewrite /binary_term /elementwise sigmoid_entry.
split.
  congr (_ * _); apply: sum_ext => k; rewrite -/(softplus (z k)) (softplus_opp (z k)); ring.
split.
  by congr (_ * _); apply: sum_ext => k; have := softplus_maximum (z k); rewrite (softplus_opp (z k)); lra.
split.
  congr (_ * _); apply: sum_ext => k; have := softplus_maximum (z k); rewrite (softplus_opp (z k)).
  by rewrite /Rmax /Rmin; case: Rle_dec => ?; lra.
split.
  move=> sp; congr (_ * _); apply: sum_ext => k; rewrite /sp; congr (_ * _ + _ * _); exact: softplus_maximum.
apply: Rmult_lt_0_compat => //; apply: (sum_gt0 (Ordinal m1)) => k.
have a := softplus_pos (z k); have b := softplus_pos (- z k); have := yb k.
by case: (Rlt_dec (y k) 1) => H; nra.
Qed.

Lemma softplus_derive z : is_derive softplus z (sigmoid z).
Proof.
have e0 := exp_pos z; rewrite sigmoid_exponential /softplus; auto_derive; first lra.
by field; lra.
Qed.

Lemma sigmoid_entry_derive y z :
  is_derive (fun t => (1 - y) * softplus t + y * softplus (- t)) z (sigmoid z - y).
Proof.
have E t : softplus t - y * t = (1 - y) * softplus t + y * softplus (- t) by rewrite (softplus_opp t); ring.
apply: (is_derive_ext _ _ _ _ E).
have D := softplus_derive z; auto_derive; first by exists (sigmoid z).
by rewrite (is_derive_unique _ _ _ D); ring.
Qed.

(** For all labels, those outside of the interval from 0 to 1 included. *)
Theorem sigmoid_cross_entropy_delta : forall r (m : nat) (z y : 'V_m),
  let delta : 'V_m := fun k => rho r m * (sigmoid (z k) - y k) in
  is_gradient (fun x => sigmoid_cross_entropy r x y) z delta /\
  is_gradient (fun x => binary_cross_entropy r (elementwise sigmoid x) y) z delta /\
  (forall g, is_gradient (fun o => binary_cross_entropy r o y) (elementwise sigmoid z) g ->
    forall k, delta k = g k * (sigmoid (z k) * (1 - sigmoid (z k)))) /\
  (let sp t := Rmax t 0 + ln (1 + exp (- Rabs t)) in
    forall k, delta k = rho r m * (exp (z k - sp (z k)) - y k)) /\
  (forall k, delta k = rho r m * ((1 - y k) * sigmoid (z k) - y k * sigmoid (- z k))).
Proof.
move=> r m z y delta.
have D : is_gradient (fun x => sigmoid_cross_entropy r x y) z delta.
  exact: (gradient_scale (rho r m) (@gradient_entries _
    (fun k t => (1 - y k) * softplus t + y k * softplus (- t)) z _ (fun k => sigmoid_entry_derive (y k) (z k)))).
split=> //; split.
  apply: gradient_ext D => x; rewrite binary_sum; congr (_ * _); apply: sum_ext => k.
  by rewrite /binary_term /elementwise sigmoid_entry.
split.
  move=> g Hg k; have [_ H] := binary_cross_entropy_gradient r (elementwise sigmoid z) y.
  have b j := sigmoid_bounds (z j); rewrite (gradient_unique Hg (H b)) /delta /elementwise.
  by have := b k => bk; field; lra.
split.
  move=> sp k; rewrite /sp -softplus_maximum; congr (_ * (_ - _)).
  rewrite /Rminus exp_plus exp_Ropp /softplus exp_ln; last by have := exp_pos (z k); lra.
  exact: sigmoid_exponential.
by move=> k; rewrite sigmoid_opp /delta; ring.
Qed.

(** ** Softmax *)

Theorem softmax_cross_entropy_value : forall (m : nat) (z y : 'V_m), (forall j, 0 <= y j) ->
  let loss := softmax_cross_entropy z y in
  loss = - (\sum_j y j * ln (softmax z j)) /\
  loss = (\sum_j y j) * lse z - dot y z /\
  loss = categorical_cross_entropy (softmax z) y /\
  loss = - (\sum_j y j * log_softmax z j) /\
  0 <= loss /\ (m = 1%N -> loss = 0).
Proof.
move=> m z y y0 loss; split=> //.
have St : loss = - (\sum_j y j * log_softmax z j).
  by rewrite /loss /softmax_cross_entropy; congr (- _); apply: sum_ext => j; rewrite log_softmax_softmax.
split.
  by rewrite St sum_mulr /dot -sum_minus sum_opp; apply: sum_ext => j; rewrite /log_softmax; ring.
split=> //; split=> //.
have [L _] := log_softmax_value; have [_ [_ [_ [L0 [L1 _]]]]] := L m z.
split.
  by rewrite St sum_opp; apply: sum_ge0 => j; have := L0 j; have := y0 j; nra.
by move=> m1; rewrite St sum_zero => [|j]; [ring|rewrite L1 //; ring].
Qed.

(** [unfused], as in the text: the product of the transposed Jacobian with the gradient of the categorical
    cross-entropy. *)
Lemma softmax_delta_unfused (m : nat) (s y : 'V_m) : (forall i, s i <> 0) ->
  ((fun '(i, j) => s i * (delta i j - s j)) : 'M_(m, m))^T *v (fun j => - y j / s j) =
  (fun i => (\sum_j y j) * s i - y i).
Proof.
move=> nz; apply: vec_eq => i; rewrite /mulmv /transpose.
transitivity (\sum_j (y j * s i - y j * delta j i)); first by apply: sum_ext => j; field; exact: nz.
by rewrite sum_minus -sum_mulr sum_delta_r'.
Qed.

Theorem softmax_cross_entropy_delta : forall (m : nat) (z y : 'V_m), let s := softmax z in
  let d : 'V_m := fun i => (\sum_j y j) * s i - y i in
  is_gradient (fun x => softmax_cross_entropy x y) z d /\
  ((1 <= m)%N -> (\sum_j y j = 1 <-> forall i, d i = s i - y i)) /\
  (m = 1%N -> forall i, d i = 0) /\
  (forall J g, is_jacobian softmax z J -> is_gradient (fun o => categorical_cross_entropy o y) s g ->
    d = J^T *v g) /\
  (forall i, d i = s i * (\sum_(j | j != i) y j) - y i * (\sum_(j | j != i) s j)).
Proof.
move=> m z y s d.
have nz i : s i <> 0 by have := softmax_pos z i; rewrite -/s; lra.
have [_ G] := categorical_cross_entropy_gradient s y; have {}G := G (softmax_pos z).
have U := softmax_delta_unfused y nz.
have St i : d i = s i * (\sum_(j | j != i) y j) - y i * (\sum_(j | j != i) s j).
  by rewrite -softmax_one_minus /d (sum_remove i) -/s; ring.
split; first by rewrite /d -U; exact: gradient_comp (softmax_is_jacobian z) G.
split.
  move=> m1; split=> [E i|E]; first by rewrite /d E; ring.
  have := E (Ordinal m1); rewrite /d => Q.
  by have : (\sum_j y j - 1) * s (Ordinal m1) = 0; [lra|move=> /Rmult_integral [|/nz//]; lra].
split.
  move=> m1 i; rewrite St; have none (f : 'V_m) : \sum_(j | j != i) f j = 0.
    apply: big_pred0 => j; apply/negbTE/negPn/eqP; move: i j; rewrite m1 => i j; by rewrite !ord1.
  by rewrite !none; ring.
split=> // J g HJ Hg.
by rewrite (jacobian_unique HJ (softmax_is_jacobian z)) (gradient_unique Hg G) U.
Qed.
