(** * Chapter 6: what the sources print wrong

    [erratum_A_E34] refutes what is printed in erratum A-E34, by the counterexample of the errata. *)

From Gradspec Require Import Base Activations Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** The batch of the examples: the relu neuron with [w = 1], [b = 0] and the samples 1 and -1. *)
Definition two_samples : 'M_(1, 2) := fun '(_, k) => if k == i1 then 1 else -1.

Lemma two_weighted_sums (k : 'I_2) : weighted_sum (ones (ordinal_finType 1)) 0 (column two_samples k) =
  if k == i1 then 1 else -1.
Proof. by rewrite /weighted_sum sum_I1 /ones /column /two_samples; case: (k == i1); ring. Qed.

(** The true gradients of the cost of the example. *)
Lemma two_gradients (t c : R) (y : 'V_2) :
  is_gradient (fun w => cost_of_neuron t c relu two_samples y w 0) (ones _) (fun _ => 2 * t * c * (1 - y i1)) /\
  is_derive (fun b => cost_of_neuron t c relu two_samples y (ones _) b) 0 (2 * t * c * (1 - y i1)).
Proof.
have [[Gw Gb] _] : ((_ /\ _) /\ _) := conj (proj1 (@neuron_cost_gradients 1 2 t c Relu 0 0 two_samples y (ones _) 0)
  (fun i => ltac:(by rewrite /= two_weighted_sums; case: (i == i1) => ?; lra))) I.
have R1 : relu 1 = 1 by rewrite relu_pos; lra.
have Rm : relu (-1) = 0 by rewrite relu_neg; lra.
have S1 : relu_slope 0 1 = 1 by rewrite relu_slope_pos; lra.
have Sm : relu_slope 0 (-1) = 0 by rewrite relu_slope_neg; lra.
split.
- apply: gradient_eq Gw _ => j; rewrite /vscale sum_I2 !two_weighted_sums /= R1 Rm S1 Sm; ring.
- rewrite (_ : 2 * t * c * (1 - y i1) = 2 * t * c * (\sum_i (y i - relu (weighted_sum (ones _) 0 (column two_samples i))) *
    - relu_slope 0 (weighted_sum (ones _) 0 (column two_samples i)))) //.
  by rewrite sum_I2 !two_weighted_sums /= R1 Rm S1 Sm; ring.
Qed.

Lemma sigmoid_half (z : R) : 0 < z -> 1 / 2 < sigmoid z.
Proof.
move=> z0; rewrite /sigmoid; have e0 := exp_pos (- z); have e1 : exp (- z) < 1 by rewrite -exp_0; apply: exp_increasing; lra.
by apply: Rmult_lt_compat_l; [lra|apply: Rinv_lt_contravar; lra].
Qed.

(** The weighted sum is not the activation. *)
Theorem erratum_A_E06 : ~ forall (n : nat) (w : 'V_n) (b : R) (x : 'V_n), weighted_sum w b x = neuron sigmoid w b x.
Proof.
move=> /(_ 2%N (entries 2 [:: 1/2; -(1/4)]) (1/10) (entries 2 [:: 1; 2])).
rewrite /neuron; have -> : weighted_sum (entries 2 [:: 1/2; -(1/4)]) (1/10) (entries 2 [:: 1; 2]) = 1/10.
  by rewrite /weighted_sum sum_I2 /entries /=; field.
by have := @sigmoid_half (1/10); lra.
Qed.

(** With one bias for all neurons, every derivative would be the sum of the deltas. *)
Theorem erratum_A_E09 : ~ forall (m n : nat) (S : 'V_m -> R) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (d : 'V_m),
  is_gradient S (dense W b x) d -> is_gradient (fun b => S (dense W b x)) b (fun _ => \sum_i d i).
Proof.
move=> H; pose d := entries 2 [:: 1; 2]; pose W : 'M_(2, 1) := fun _ => 0.
have G := gradient_dot d (dense W (vzero _) (vzero _)).
have [_ [_ [_ G']]] := dense_gradients G.
have := f_equal (fun v => v i1) (gradient_unique (H _ _ _ _ _ _ _ G) G').
by rewrite sum_I2 /d /entries /=; lra.
Qed.

(** [W^T x + b] is not the layer. *)
Theorem erratum_A_E18 : ~ forall (n : nat) (W : 'M_(n, n)) (b x : 'V_n), dense W b x = W^T *v x +v b.
Proof.
move=> /(_ 2%N (rows 2 2 [:: [:: 1; 2]; [:: 3; 4]]) (vzero _) (entries 2 [:: 1; 0])) /(f_equal (fun v => v i2)).
by rewrite /dense /vadd /mulmv !sum_I2 /transpose /rows /entries /vzero /=; lra.
Qed.

(** The derivatives of [v = y - a] with respect to [w] and to [a] differ. *)
Theorem erratum_A_E24 : ~ forall (y x w b d e : R),
  is_derive (fun w => y - relu (w * x + b)) w d -> is_derive (fun a => y - a) (relu (w * x + b)) e -> d = e.
Proof.
move=> /(_ 0 2 1 0 (-2) (-1)) H; suff : -2 = -1 by lra.
apply: H; last by auto_derive => //; ring.
have D : is_derive relu (1 * 2 + 0) 1 by have := @relu_derive 0 (1 * 2 + 0); rewrite relu_slope_pos; [apply; lra|lra].
have -> : -2 = - (2 * 1) by ring.
apply: (@is_derive_ext R_AbsRing R_NormedModule (fun w => 0 + - relu (w * 2 + 0))); first by move=> t; rewrite /Rminus.
apply/(gradient_derive (fun w => 0 + - relu (w * 2 + 0))).
apply: gradient_eq (gradient_plus (gradient_const 0 _) (gradient_opp (gradient_scalar (phi := relu)
  (f := fun s : 'V_1 => s i1 * 2 + 0) D (gradient_plus (gradient_mult (gradient_entry i1 _) (gradient_const 2 _))
  (gradient_const 0 _))))) _ => j.
have -> : delta i1 j = 1 by rewrite (ord1 j); exact: delta_same.
ring.
Qed.

(** The condition on [z] does not leave the sum: neither printed case is the gradient, for the weights ... *)
Theorem erratum_A_E26 : exists (X : 'M_(1, 2)) (y : 'V_2) (w : 'V_1),
  ~ is_gradient (fun w => cost_of_neuron (/ 2) (/ 2) relu X y w 0) w (vzero _) /\
  ~ is_gradient (fun w => cost_of_neuron (/ 2) (/ 2) relu X y w 0) w
      (fun j => / 2 * (\sum_k (weighted_sum w 0 (column X k) - y k) * X (j, k))).
Proof.
exists two_samples, (entries 2 [:: 3; 1]), (ones _).
have [G _] := two_gradients (/ 2) (/ 2) (entries 2 [:: 3; 1]).
split=> H; have := f_equal (fun v => v i1) (gradient_unique H G); rewrite ?sum_I2 ?two_weighted_sums /entries /vzero /=; lra.
Qed.

(** ... and for the bias, *)
Theorem erratum_A_E33 : exists (X : 'M_(1, 2)) (y : 'V_2) (w : 'V_1),
  ~ is_derive (fun b => cost_of_neuron (/ 2) (/ 2) relu X y w b) 0 0 /\
  ~ is_derive (fun b => cost_of_neuron (/ 2) (/ 2) relu X y w b) 0
      (/ 2 * (\sum_k (weighted_sum w 0 (column X k) - y k))).
Proof.
exists two_samples, (entries 2 [:: 3; 1]), (ones _).
have [_ D] := two_gradients (/ 2) (/ 2) (entries 2 [:: 3; 1]).
split=> H; have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D) ?sum_I2 ?two_weighted_sums /entries /=; lra.
Qed.

(** nor with the other factor. *)
Theorem erratum_B_E40 : exists (X : 'M_(1, 2)) (y : 'V_2) (w : 'V_1),
  ~ is_gradient (fun w => cost_of_neuron (/ 2) 1 relu X y w 0) w (vzero _) /\
  ~ is_gradient (fun w => cost_of_neuron (/ 2) 1 relu X y w 0) w
      (fun j => 2 / 2 * (\sum_k (weighted_sum w 0 (column X k) - y k) * X (j, k))).
Proof.
exists two_samples, (entries 2 [:: 3; 1]), (ones _).
have [G _] := two_gradients (/ 2) 1 (entries 2 [:: 3; 1]).
split=> H; have := f_equal (fun v => v i1) (gradient_unique H G); rewrite ?sum_I2 ?two_weighted_sums /entries /vzero /=; lra.
Qed.

Theorem erratum_B_E42 : exists (X : 'M_(1, 2)) (y : 'V_2) (w : 'V_1),
  ~ is_derive (fun b => cost_of_neuron (/ 2) 1 relu X y w b) 0 0 /\
  ~ is_derive (fun b => cost_of_neuron (/ 2) 1 relu X y w b) 0
      (2 / 2 * (\sum_k (weighted_sum w 0 (column X k) - y k))).
Proof.
exists two_samples, (entries 2 [:: 3; 1]), (ones _).
have [_ D] := two_gradients (/ 2) 1 (entries 2 [:: 3; 1]).
split=> H; have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D) ?sum_I2 ?two_weighted_sums /entries /=; lra.
Qed.

(** The derivative by the bias is not proportional to the mean error: that is 0 here. *)
Theorem erratum_B_E43 : exists (X : 'M_(1, 2)) (y : 'V_2) (w : 'V_1),
  ~ exists factor, is_derive (fun b => cost_of_neuron (/ 2) 1 relu X y w b) 0
      (factor * (/ 2 * (\sum_k (weighted_sum w 0 (column X k) - y k)))).
Proof.
exists two_samples, (entries 2 [:: 3; -3]), (ones _).
have [_ D] := two_gradients (/ 2) 1 (entries 2 [:: 3; -3]).
by move=> [f H]; have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D) sum_I2 !two_weighted_sums /entries /=; lra.
Qed.

(** The entries of [1/N sum_k e_k x_k]. *)
Theorem erratum_A_E29 : exists (e : 'V_2) (X : 'M_(2, 2)) (j : 'I_2),
  / 2 * (\sum_k e k * X (j, k)) <> \sum_k e k * X (j, k) /\
  (forall i, / 2 * (\sum_k e k * X (j, k)) <> \sum_k e k * X (j, i)).
Proof.
exists (entries 2 [:: 2; -1]), (rows 2 2 [:: [:: 1; 3]; [:: 2; 5]]), i1.
by split=> [|]; [|apply: forall_I2]; rewrite !sum_I2 /entries /rows /=; lra.
Qed.

Theorem erratum_A_E30 : ~ forall (w x b d e : R), 0 < w * x + b ->
  is_derive relu (w * x + b) d -> is_derive (fun b => w * x + b) b e -> d * e = -1.
Proof.
move=> /(_ 1 (5/2) 0 1 1) H; suff : 1 * 1 = -1 by lra.
apply: H; first lra; last by auto_derive.
by have := @relu_derive 0 (1 * (5/2) + 0); rewrite relu_slope_pos; [apply; lra|lra].
Qed.

(** A factor too many turns the sign of the derivative by the bias. *)
Theorem erratum_A_E34 : ~ forall (x y w b : R), 0 < w * x + b ->
  is_derive (fun b => / 2 * (y - relu (w * x + b)) ^ 2) b ((w * x + b - y) * -1).
Proof.
move=> /(_ 1 1 1 1) H; have {}H : is_derive (fun b => / 2 * (1 - relu (1 * 1 + b)) ^ 2) 1 ((1 * 1 + 1 - 1) * -1) by apply: H; lra.
have D : is_derive (fun b => / 2 * (1 - relu (1 * 1 + b)) ^ 2) 1 1.
  apply: (@derive_above (fun b => / 2 * (1 - (1 * 1 + b)) ^ 2) _ 0) => [t t0||]; [by rewrite relu_pos; lra|lra|].
  by auto_derive => //; field.
by have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D); lra.
Qed.

(** Negative inputs do not make a relu inactive. *)
Theorem erratum_B_E06 : ~ forall (n : nat) (w : 'V_n) (b : R) (x : 'V_n), (forall i, x i < 0) -> neuron relu w b x = 0.
Proof.
move=> /(_ 1%N (fun _ => -1) 0 (fun _ => -2)) H.
have : neuron relu (fun _ : 'I_1 => -1) 0 (fun _ => -2) = 0 by apply: H => i; lra.
by rewrite /neuron /weighted_sum sum_I1 relu_pos; lra.
Qed.

(** The Jacobian of a dense layer is not diagonal. *)
Theorem erratum_B_E29 : ~ forall (n : nat) (W : 'M_(n, n)) (b x : 'V_n) (J : 'M_(n, n)),
  is_jacobian (fun x => dense W b x) x J -> forall i j, i != j -> J (i, j) = 0.
Proof.
move=> /(_ 2%N (rows 2 2 [:: [:: 1; 2]; [:: 3; 4]]) (vzero _) (vzero _)) H.
have := H _ (proj1 (dense_jacobian_x (rows 2 2 [:: [:: 1; 2]; [:: 3; 4]]) (vzero _) (vzero _))) i1 i2 isT.
by rewrite /rows /=; lra.
Qed.

(** The pre-activation is not constant where it is negative. *)
Theorem erratum_B_E34 : ~ forall (w x b : R), w * x + b <= 0 -> is_derive (fun w => w * x + b) w 0.
Proof.
move=> /(_ 1 2 (-5)) H; have {}H : is_derive (fun w => w * 2 + -5) 1 0 by apply: H; lra.
have D : is_derive (fun w => w * 2 + -5) 1 2 by auto_derive => //; ring.
by have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D); lra.
Qed.

(** The value of [F] in place of its derivative: with [F = 7] the printed derivative is 14. *)
Theorem erratum_EJ16 : ~ forall (F : R -> R) (W b y : R), 0 < W * y + b ->
  is_derive (fun W => F (relu (W * y + b))) W (F (relu (W * y + b)) * 1 * y).
Proof.
move=> /(_ (fun _ => 7) (1/2) (1/4) 2) H.
have {}H : is_derive (fun _ => 7) (1/2) (7 * 1 * 2) by apply: H; lra.
by have := is_derive_unique _ _ _ H; rewrite Derive_const; lra.
Qed.

(** [F o relu o L] is not differentiable everywhere. *)
Theorem erratum_EJ17 : ~ forall (n m : nat) (F : 'V_m -> R) (W : 'M_(m, n)) (b : 'V_m) (y : 'V_n),
  (forall a, exists u, is_gradient F a u) -> exists g, is_gradient (fun b => F (layer relu W b y)) b g.
Proof.
move=> /(_ 1%N 1%N (fun a => a i1) (fun _ => 1) (vzero _) (vzero _)) H.
have [|g Hg] := H; first by move=> a; exists (fun j => delta i1 j); exact: gradient_entry.
have [_ [_ [_ [_ K]]]] := @layer_gradients 1 1 Relu 0 0 (fun _ => 1) (vzero _) (vzero _) (fun j => delta i1 j).
have [_ no] := K (fun a => a i1) (gradient_entry i1 _).
apply: (no i1); last by exists g.
- by rewrite /= /dense /vadd /mulmv sum_I1 /vzero; ring.
- by rewrite delta_same; lra.
- by [].
Qed.

(** A function of [x], [W] and [b] that does not depend on them through [z] alone. *)
Theorem erratum_EP15 : ~ forall (L : R -> R -> R) (dz W x b : R),
  is_derive (fun z => L z W) (W * x + b) dz -> is_derive (fun W => L (W * x + b) W) W (dz * x).
Proof.
move=> /(_ (fun z W => z ^ 2 / 2 + W ^ 2) 2 1 2 0) H.
have {}H : is_derive (fun W => (W * 2 + 0) ^ 2 / 2 + W ^ 2) 1 (2 * 2).
  by apply: H; auto_derive => //; field.
have D : is_derive (fun W => (W * 2 + 0) ^ 2 / 2 + W ^ 2) 1 6 by auto_derive => //; field.
by have := is_derive_unique _ _ _ H; rewrite (is_derive_unique _ _ _ D); lra.
Qed.
