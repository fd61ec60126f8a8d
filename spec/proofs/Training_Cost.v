(** * 9. Cost and training, third part: the derivative of the cost with respect to a layer, and one vector of all *)

From Gradspec Require Export Base TensorForm TensorForm_Outputs Training Training_Descent.
From mathcomp Require Import div.

Unset Implicit Arguments.

(** ** The derivative of the cost *)

Section Cost.
Variables (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)) (L l : nat).
Variables (loss : 'I_N -> 'V_(units F L) -> R) (g : 'I_N -> 'V_(units F L)) (t : R).
Hypothesis lL : (1 <= l <= L)%N.

Lemma row_gradient : (forall k, is_gradient (loss k) (a_of (x k) L) (g k)) ->
  is_gradient (fun A => t * (\sum_k losses loss A k)) (stacked (fun k => a_of (x k) L)) (stacked (fun k => t *: g k)).
Proof.
move=> Hg.
have [|H1 [H2 _]] := cost_row N (units F L) loss (fun k => a_of (x k) L) g (fun s => t * (\sum_k s k)) (fun _ => t) Hg.
  have S (s : 'V_N) : is_gradient (fun s => \sum_k s k) s (fun _ => 1).
    apply: gradient_eq (gradient_sum (fun k => gradient_entry k s)) _ => j.
    by rewrite -(sum_delta' j (fun _ => 1)); apply: sum_ext => k; ring.
  by apply: gradient_eq (gradient_scale t (S _)) _ => k; ring.
by rewrite -H2.
Qed.

Lemma row_M p : \sum_r stacked (fun k => t *: g k) r * M_stacked x L l (r, p) =
  t * (\sum_k ((M_of (x k) L l)^T *v g k) p).
Proof.
rewrite sum_stack sum_mull; apply: sum_ext => k.
rewrite /mulmv sum_mull; apply: sum_ext => i.
rewrite /stacked /M_stacked sample_place entry_place /vscale /transpose Rmult_assoc.
by congr (_ * _); exact: Rmult_comm.
Qed.

Lemma row_T p q : \sum_r stacked (fun k => t *: g k) r * T_stacked x L l (r, (p, q)) =
  t * (\sum_k ((M_of (x k) L l)^T *v g k) p * a_of (x k) l.-1 q).
Proof.
rewrite sum_stack sum_mull; apply: sum_ext => k.
rewrite /mulmv sum_mulr sum_mull; apply: sum_ext => i.
rewrite /stacked /T_stacked sample_place entry_place /vscale /transpose /T_of Rmult_assoc; congr (_ * _).
by rewrite -Rmult_assoc; congr (_ * _); exact: Rmult_comm.
Qed.

End Cost.

(** [t] is [1 / N] for the mean and 1 for the sum. *)
Theorem cost_weight_derivative : forall (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)) (L l : nat)
  (loss : 'I_N -> 'V_(units F L) -> R) (g : 'I_N -> 'V_(units F L)) (t : R), (1 <= l <= L)%N ->
  (forall k, is_gradient (loss k) (a_of (x k) L) (g k)) ->
  let D p q := \sum_r stacked (fun k => t *: g k) r * T_stacked x L l (r, (p, q)) in
  ((forall k, no_kinks (x k) L) ->
     is_gradient (fun W => t * (\sum_k loss k (a_by_weights (x k) l W L))) (weights F l) (fun '(p, q) => D p q)) /\
  (forall p q, D p q = t * (\sum_r stacked g r * T_stacked x L l (r, (p, q)))) /\
  (forall p q, D p q = t * (\sum_k ((M_of (x k) L l)^T *v g k) p * a_of (x k) l.-1 q)) /\
  (hidden_elementwise F L -> forall d : 'I_N -> forall k, 'V_(units F k),
     ((forall k, backpropagated (x k) L l (t *: g k) (d k)) ->
        forall p q, D p q = \sum_k d k l p * a_of (x k) l.-1 q) /\
     ((forall k, backpropagated (x k) L l (g k) (d k)) ->
        forall p q, D p q = t * (\sum_k d k l p * a_of (x k) l.-1 q))).
Proof.
move=> N F x L l loss g t lL Hg D; have /andP[l0 le] := lL.
split=> [smooth|].
  have HT := proj2 (stacked_weight_jacobian N F x L l lL) smooth.
  have HR : is_gradient (fun A => t * (\sum_k losses loss A k)) (outputs_by_weights x L l (weights F l))
      (stacked (fun k => t *: g k)).
    rewrite (_ : outputs_by_weights x L l (weights F l) = stacked (fun k => a_of (x k) L)); first exact: row_gradient.
    by apply: vec_eq => s; rewrite /outputs_by_weights /stacked same_weights.
  apply: gradient_eq (gradient_ext _ (gradient_comp HT HR)) _ => [W|[p q]].
  - congr (_ * _); apply: sum_ext => k.
    by rewrite /losses /outputs_by_weights (proj1 (projection_value _ _ _ (stacked (fun k => a_by_weights (x k) l W L)))).
  - by apply: sum_ext => s; exact: Rmult_comm.
split=> [p q|].
  by rewrite /D sum_mull; apply: sum_ext => r; rewrite /stacked /vscale; ring.
split=> [p q|he d]; first exact: row_T.
split=> Hd p q; rewrite /D row_T; last first.
  congr (_ * _); apply: sum_ext => k.
  by rewrite (backpropagated_is_M _ _ _ _ lL _ _ he (Hd k)) ?leqnn ?le.
rewrite sum_mull; apply: sum_ext => k.
by rewrite (backpropagated_is_M _ _ _ _ lL _ _ he (Hd k)) ?leqnn ?le // mulmv_scale /vscale; ring.
Qed.

Theorem cost_bias_derivative : forall (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)) (L l : nat)
  (loss : 'I_N -> 'V_(units F L) -> R) (g : 'I_N -> 'V_(units F L)) (t : R), (1 <= l <= L)%N ->
  (forall k, is_gradient (loss k) (a_of (x k) L) (g k)) ->
  let D p := \sum_r stacked (fun k => t *: g k) r * M_stacked x L l (r, p) in
  ((forall k, no_kinks (x k) L) ->
     is_gradient (fun b => t * (\sum_k loss k (a_by_bias (x k) l b L))) (biases F l) D) /\
  (forall p, D p = t * (\sum_r stacked g r * M_stacked x L l (r, p))) /\
  (hidden_elementwise F L -> forall d : 'I_N -> forall k, 'V_(units F k),
     ((forall k, backpropagated (x k) L l (t *: g k) (d k)) -> forall p, D p = \sum_k d k l p) /\
     ((forall k, backpropagated (x k) L l (g k) (d k)) -> forall p, D p = t * (\sum_k d k l p))).
Proof.
move=> N F x L l loss g t lL Hg D; have /andP[l0 le] := lL.
split=> [smooth|].
  have HT := proj2 (stacked_bias_jacobian N F x L l lL) smooth.
  have HR : is_gradient (fun A => t * (\sum_k losses loss A k)) (outputs_by_bias x L l (biases F l))
      (stacked (fun k => t *: g k)).
    rewrite (_ : outputs_by_bias x L l (biases F l) = stacked (fun k => a_of (x k) L)); first exact: row_gradient.
    by apply: vec_eq => s; rewrite /outputs_by_bias /stacked same_bias.
  apply: gradient_eq (gradient_ext _ (gradient_comp HT HR)) _ => [b|p].
  - congr (_ * _); apply: sum_ext => k.
    by rewrite /losses /outputs_by_bias (proj1 (projection_value _ _ _ (stacked (fun k => a_by_bias (x k) l b L)))).
  - by apply: sum_ext => s; exact: Rmult_comm.
split=> [p|he d].
  by rewrite /D sum_mull; apply: sum_ext => r; rewrite /stacked /vscale; ring.
split=> Hd p; rewrite /D row_M; last first.
  congr (_ * _); apply: sum_ext => k.
  by rewrite (backpropagated_is_M _ _ _ _ lL _ _ he (Hd k)) ?leqnn ?le.
rewrite sum_mull; apply: sum_ext => k.
by rewrite (backpropagated_is_M _ _ _ _ lL _ _ he (Hd k)) ?leqnn ?le // mulmv_scale /vscale; ring.
Qed.

(** ** Errata *)

(** One loss, that of the first target, for all samples. *)
Theorem erratum_ED13 : ~ forall (o y : 'V_2),
  / 2 * (/ 2 * (o i1 - y i1) ^ 2 + / 2 * (o i2 - y i1) ^ 2) =
  / 2 * (/ 2 * (o i1 - y i1) ^ 2 + / 2 * (o i2 - y i2) ^ 2).
Proof.
by move=> H; have := H (entries 2 [:: 9 / 10; / 10]) (entries 2 [:: 1; 0]); rewrite /entries /=; lra.
Qed.

(** The derivative with respect to the weight in the place of that with respect to the bias. *)
Theorem erratum_ED15 : ~ forall (w b x : R),
  is_derive (fun b => / 2 * (w * x + b) ^ 2) b ((w * x + b) * x).
Proof.
move=> H; have D : is_derive (fun b => / 2 * (1 * 2 + b) ^ 2) 1 3 by auto_derive => //; lra.
by have := is_derive_unique _ _ _ (H 1 1 2); rewrite (is_derive_unique _ _ _ D); lra.
Qed.

(** The stack of the arrays of two samples is no outer product. *)
Theorem erratum_ED17 : ~ forall (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)),
  exists (M : 'M_((N * units F 1)%N, units F 1)) (a : 'V_(units F 0)),
  forall s p q, T_stacked x 1 1 (s, (p, q)) = M (s, p) * a q.
Proof.
move=> H.
pose F := Feedforward (fun k => if k is 0 then 2%N else 1%N) (fun _ _ => 1) (fun _ _ => 0)
  (fun _ => each_unit id (fun _ => 1)).
have [M [a E]] := H 2%N F (fun k => unit_vector k).
have T k q : T_stacked (fun k => unit_vector k : 'V_(units F 0)) 1 1 (place k (i1 : 'I_(units F 1)), (i1, q)) = delta q k.
  rewrite /T_stacked sample_place entry_place /T_of M_same /J_of /diag /= delta_same /unit_vector; ring.
have := E (place i1 i1) i1 i1; have := E (place i1 i1) i1 i2; have := E (place i2 i1) i1 i1; have := E (place i2 i1) i1 i2.
rewrite !T /delta /=; nra.
Qed.
