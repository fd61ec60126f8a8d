(** * Chapter 4: what the definitions of the chapter claim

    The clauses [activation.elementwise] and [relu.dead] are definitions that say something true of what they define. *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Elementwise activations *)

(** A map whose Jacobian is diagonal everywhere works entry by entry: along the segment between two points with the
    same entry [i], entry [i] of the value has the derivative 0. *)
Lemma diagonal_entry (T : finType) (f : vec T -> vec T) (J : vec T -> mat T T) i : (forall z, is_jacobian f z (J z)) ->
  (forall z j, j != i -> J z (i, j) = 0) -> forall z z', z i = z' i -> f z i = f z' i.
Proof.
move=> H D z z' E.
have line t : is_velocity (fun s => z +v s *: (z' -v z)) t (z' -v z).
  by move=> k; rewrite /vadd /vscale; auto_derive => //; ring.
have Z t : is_derive (fun s => f (z +v s *: (z' -v z)) i) t 0.
  have := velocity_comp (line t) (H _) i.
  have -> : (J (z +v t *: (z' -v z)) *v (z' -v z)) i = 0; last by [].
  apply: sum_zero => j; case: (j =P i) => [->|/eqP ne]; first by rewrite /vsub E; ring.
  by rewrite D //; ring.
have := @eq_is_derive _ (fun s => f (z +v s *: (z' -v z)) i) 0 1 (fun t _ => Z t) Rlt_0_1.
have -> : z +v 0 *: (z' -v z) = z by apply: vec_eq => k; rewrite /vadd /vscale /vsub; ring.
by have -> : z +v 1 *: (z' -v z) = z' by apply: vec_eq => k; rewrite /vadd /vscale /vsub; ring.
Qed.

(** That the points without derivative have no volume is not treated: the theorem says which they are. *)
Theorem activation_elementwise :
  (forall z, continuous identity_activation z) /\ (forall z, continuous relu z) /\
  (forall alpha z, continuous (leaky_relu alpha) z) /\ (forall z, continuous sigmoid z) /\
  (forall z, continuous tanh z) /\ (forall theta c, ~ continuous (heaviside theta c) theta) /\
  (forall z, ex_derive identity_activation z) /\ (forall z, ex_derive relu z <-> z <> 0) /\
  (forall alpha, alpha <> 1 -> forall z, ex_derive (leaky_relu alpha) z <-> z <> 0) /\
  (forall z, ex_derive sigmoid z) /\ (forall z, ex_derive tanh z) /\
  (forall m (z : 'V_m), differentiable softmax z) /\
  (forall m, (2 <= m)%N -> ~ exists g : 'I_m -> R -> R, forall (z : 'V_m) i, softmax z i = g i (z i)) /\
  (forall m (f : 'V_m -> 'V_m) (J : 'V_m -> 'M_(m, m)), (forall z, is_jacobian f z (J z)) ->
    ((exists g : 'I_m -> R -> R, forall z i, f z i = g i (z i)) <->
      forall z i j, i != j -> J z (i, j) = 0)) /\
  (forall m (z : 'V_m), (fun i => Rmax (vzero _ i) (z i)) = elementwise relu z).
Proof.
have Ci z : ex_derive identity_activation z by exists 1; exact: is_derive_id.
have Cs z : ex_derive sigmoid z by exists (sigmoid z * (1 - sigmoid z)); exact: sigmoid_derive.
have Ct z : ex_derive tanh z by exists (1 - tanh z ^ 2); exact: tanh_derive.
have diagonal m (f : 'V_m -> 'V_m) (J : 'V_m -> 'M_(m, m)) : (forall z, is_jacobian f z (J z)) ->
    ((exists g : 'I_m -> R -> R, forall z i, f z i = g i (z i)) <-> forall z i j, i != j -> J z (i, j) = 0).
  move=> H; split=> [[g Hg] z i j ne|D].
  - have P := jacobian_partial i j (H z).
    have Q : is_partial (fun x => f x i) z j 0.
      apply: (@is_derive_ext _ _ (fun _ => g i (z i))); last exact: is_derive_const.
      by move=> t; rewrite Hg /replace (negbTE ne).
    by rewrite -(is_derive_unique _ _ _ P) (is_derive_unique _ _ _ Q).
  - exists (fun i s => f (fun _ => s) i) => z i.
    by apply: (diagonal_entry H) => // x j ne; apply: D; rewrite eq_sym.
split; first by move=> z; apply: ex_derive_continuous.
split; first by move=> z; have [C _] := relu_not_differentiable; exact: C.
split.
  move=> alpha z; have [->|nz] := Req_dec z 0.
    exact: slopes_continuous (leaky_relu_right_slope alpha) (leaky_relu_left_slope alpha).
  by apply: ex_derive_continuous; exists (leaky_relu_slope alpha 1 z); exact: leaky_relu_derive.
split; first by move=> z; apply: ex_derive_continuous.
split; first by move=> z; apply: ex_derive_continuous.
split; first exact: heaviside_not_continuous.
split=> //; split.
  move=> z; split=> [H z0|nz]; first by apply: relu_no_derivative; rewrite -z0.
  by exists (relu_slope 0 z); exact: relu_derive.
split.
  move=> alpha ne z; split=> [H z0|nz]; last by exists (leaky_relu_slope alpha 1 z); exact: leaky_relu_derive.
  move: H; rewrite z0; apply: (kink (leaky_relu_right_slope alpha) (leaky_relu_left_slope alpha)); lra.
split=> //; split=> //; split.
  by move=> m z; exists (fun '(i, j) => softmax z i * (delta i j - softmax z j)); exact: softmax_is_jacobian.
split; last by split.
move=> m m2 /(diagonal _ _ _ (@softmax_is_jacobian (ordinal_finType m))) D.
have i : 'I_m by exact: Ordinal (ltnW m2).
have [k ne] := other_place i m2; have := D (vzero _) k i ne.
rewrite /delta (negbTE ne); have a := softmax_pos (vzero (ordinal_finType m)) i.
by have b := softmax_pos (vzero (ordinal_finType m)) k; nra.
Qed.

(** ** Dead units *)

(** A unit with the activation [g] on the samples [x k], and a loss [F] of its outputs with the gradient [v]. *)
Section Unit.
Variables (N n : nat) (x : 'I_N -> 'V_n) (w : 'V_n) (b : R) (v d : 'V_N) (g : R -> R) (F : 'V_N -> R).
Hypothesis slopes : forall k, is_derive g (dot w (x k) + b) (d k).
Hypothesis upstream : is_gradient F (fun k => g (dot w (x k) + b)) v.

Lemma unit_weights : is_gradient (fun u => F (fun k => g (dot u (x k) + b))) w (fun j => \sum_k v k * d k * x k j).
Proof.
have H : is_jacobian (fun u k => g (dot u (x k) + b)) w (fun '(k, j) => d k * x k j).
  apply/jacobian_rows => k; apply: (@gradient_scalar _ g (fun u => dot u (x k) + b)) => //.
  by apply: gradient_ext (gradient_affine (x k) b w) => u; rewrite dotC.
by apply: gradient_eq (gradient_comp H upstream) _ => j; rewrite /mulmv /transpose; apply: sum_ext => k; ring.
Qed.

Lemma unit_bias : is_derive (fun c => F (fun k => g (dot w (x k) + c))) b (\sum_k v k * d k).
Proof.
apply: (@derive_along _ (fun c k => g (dot w (x k) + c)) F b d v) => // k.
have S : is_derive (fun c => dot w (x k) + c) b 1 by auto_derive => //; ring.
have := is_derive_comp g (fun c => dot w (x k) + c) b (d k) 1 (slopes k) S.
by rewrite /scal /= /mult /= Rmult_1_l.
Qed.

Lemma unit_input k :
  is_gradient (fun u => F (fun l => g (dot w (if l == k then u else x l) + b))) (x k) (fun j => v k * d k * w j).
Proof.
have H : is_jacobian (fun u l => g (dot w (if l == k then u else x l) + b)) (x k)
    (fun '(l, j) => delta l k * (d k * w j)).
  apply/jacobian_rows => l; rewrite /delta; case: (l =P k) => [_|_].
  - apply: gradient_eq (@gradient_scalar _ g (fun u => dot w u + b) (x k) _ _ (slopes k) (gradient_affine w b _)) _.
    by move=> j; ring.
  - by apply: gradient_eq (gradient_const _ _) _ => j; ring.
have U : is_gradient F (fun l => g (dot w (if l == k then x k else x l) + b)) v.
  have -> : (fun l => g (dot w (if l == k then x k else x l) + b)) = (fun l => g (dot w (x l) + b)); last by [].
  by apply: functional_extensionality => l; case: (l =P k) => [->|].
apply: gradient_eq (gradient_comp H U) _ => j; rewrite /mulmv /transpose.
rewrite -(sum_delta' k (fun l => v l * d k * w j)); apply: sum_ext => l; ring.
Qed.

End Unit.

(** The first three parts use the numbers that [relu_at_zero = 0] assigns; the fourth and fifth the true derivatives. *)
Theorem relu_dead : forall (N n : nat) (x : 'I_N -> 'V_n) (w : 'V_n) (b : R) (v : 'V_N),
  let z k := dot w (x k) + b in
  ((forall k, z k <= 0) ->
    (forall k, relu (z k) = 0) /\
    (forall j, \sum_k v k * relu_slope 0 (z k) * x k j = 0) /\ \sum_k v k * relu_slope 0 (z k) = 0 /\
    (forall k j, v k * relu_slope 0 (z k) * w j = 0)) /\
  ((forall k, z k < 0) -> forall F, is_gradient F (fun k => relu (z k)) v ->
    is_gradient (fun u => F (fun k => relu (dot u (x k) + b))) w (vzero _) /\
    is_derive (fun c => F (fun k => relu (dot w (x k) + c))) b 0 /\
    (forall k, is_gradient (fun u => F (fun l => relu (dot w (if l == k then u else x l) + b))) (x k) (vzero _)) /\
    (forall rate, w -v rate *: vzero _ = w /\ b - rate * 0 = b)) /\
  ((forall k, z k < 0) -> forall alpha F, is_gradient F (fun k => leaky_relu alpha (z k)) v ->
    is_gradient (fun u => F (fun k => leaky_relu alpha (dot u (x k) + b))) w (fun j => alpha * (\sum_k v k * x k j)) /\
    is_derive (fun c => F (fun k => leaky_relu alpha (dot w (x k) + c))) b (alpha * (\sum_k v k))).
Proof.
move=> N n x w b v z.
have slope0 k : z k <= 0 -> relu_slope 0 (z k) = 0.
  by move=> H; case: (Req_dec (z k) 0) => [->|ne]; [exact: relu_slope_zero|apply: relu_slope_neg; lra].
split.
  move=> H; have S k := slope0 k (H k).
  split; first by move=> k; exact: relu_neg.
  split; first by move=> j; apply: sum_zero => k; rewrite S; ring.
  by split=> [|k j]; [apply: sum_zero => k|]; rewrite S; ring.
split=> [H F U|H alpha F U].
- have D k : is_derive relu (z k) 0.
    by rewrite -(relu_slope_neg 0 (H k)); apply: relu_derive; have := H k; lra.
  split.
    apply: gradient_eq (@unit_weights N n x w b v (fun _ => 0) relu F D U) _ => j.
    by apply: sum_zero => k; ring.
  split.
    have := @unit_bias N n x w b v (fun _ => 0) relu F D U.
    by have -> : \sum_k v k * 0 = 0 by apply: sum_zero => k; ring.
  split; last by move=> rate; split; [apply: vec_eq => j; rewrite /vsub /vscale /vzero|]; ring.
  by move=> k; apply: gradient_eq (@unit_input N n x w b v (fun _ => 0) relu F D U k) _ => j; rewrite /vzero; ring.
- have D k : is_derive (leaky_relu alpha) (z k) alpha.
    by rewrite -{2}(leaky_relu_slope_neg alpha 0 (H k)); apply: leaky_relu_derive; have := H k; lra.
  split.
    apply: gradient_eq (@unit_weights N n x w b v (fun _ => alpha) (leaky_relu alpha) F D U) _ => j.
    by rewrite sum_mull; apply: sum_ext => k; ring.
  have := @unit_bias N n x w b v (fun _ => alpha) (leaky_relu alpha) F D U.
  by have -> : \sum_k v k * alpha = alpha * (\sum_k v k) by rewrite sum_mull; apply: sum_ext => k; ring.
Qed.
