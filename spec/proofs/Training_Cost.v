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
  (all_hidden_elementwise F L -> forall d : 'I_N -> forall k, 'V_(units F k),
     ((forall k, carried_back (x k) L l (t *: g k) (d k)) ->
        forall p q, D p q = \sum_k d k l p * a_of (x k) l.-1 q) /\
     ((forall k, carried_back (x k) L l (g k) (d k)) ->
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
    by rewrite /losses /outputs_by_weights (proj1 (projection_value _ _ _ (stacked (fun k => a_by_weights (x k) l W
      L)))).
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
  (all_hidden_elementwise F L -> forall d : 'I_N -> forall k, 'V_(units F k),
     ((forall k, carried_back (x k) L l (t *: g k) (d k)) -> forall p, D p = \sum_k d k l p) /\
     ((forall k, carried_back (x k) L l (g k) (d k)) -> forall p, D p = t * (\sum_k d k l p))).
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

Lemma cost_derivative_satisfiable : forall (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)) (L : nat)
  (g : 'I_N -> 'V_(units F L)), exists loss : 'I_N -> 'V_(units F L) -> R,
  forall k, is_gradient (loss k) (a_of (x k) L) (g k).
Proof. by move=> N F x L g; exists (fun k z => dot (g k) z) => k; exact: gradient_dot. Qed.

(** ** One vector of all parameters *)

(** The places of weight [(p, q)] and of bias [p] of layer [l], counted from 0, and their number. *)
Definition weights_before (w : nat -> nat) (l : nat) : nat := (\sum_(1 <= k < l) w k * w k.-1)%N.
Definition biases_before (w : nat -> nat) (l : nat) : nat := (\sum_(1 <= k < l) w k)%N.
Definition weight_place (w : nat -> nat) (l p q : nat) : nat := (weights_before w l + (p * w l.-1 + q))%N.
Definition bias_place (w : nat -> nat) (L l p : nat) : nat := (weights_before w L.+1 + (biases_before w l + p))%N.
Definition parameters (w : nat -> nat) (L : nat) : nat := (weights_before w L.+1 + biases_before w L.+1)%N.

Lemma prefix_mono (f : nat -> nat) l l' : (1 <= l <= l')%N -> (\sum_(1 <= k < l) f k <= \sum_(1 <= k < l') f k)%N.
Proof. by move=> /andP[l0 le]; rewrite (big_cat_nat _ _ _ l0 le) /= leq_addr. Qed.

Lemma prefix_below (f : nat -> nat) L l r : (1 <= l <= L)%N -> (r < f l)%N ->
  (\sum_(1 <= k < l) f k + r < \sum_(1 <= k < L.+1) f k)%N.
Proof.
move=> /andP[l0 le] lt; apply: (@leq_trans (\sum_(1 <= k < l.+1) f k)); last by apply: prefix_mono; rewrite ltnS.
by rewrite big_nat_recr //= ltn_add2l.
Qed.

Lemma prefix_split (f : nat -> nat) L s : (s < \sum_(1 <= k < L.+1) f k)%N ->
  exists l r, (1 <= l <= L)%N /\ (r < f l)%N /\ s = (\sum_(1 <= k < l) f k + r)%N.
Proof.
elim: L => [|L IH]; first by rewrite big_geq.
rewrite big_nat_recr //= => lt; case: (ltnP s (\sum_(1 <= k < L.+1) f k)) => [/IH|ge].
  by move=> [l [r [/andP[l0 le] H]]]; exists l, r; rewrite l0 (leq_trans le).
exists L.+1, (s - \sum_(1 <= k < L.+1) f k)%N; rewrite leqnn; split=> //; split; last by rewrite subnKC.
by rewrite ltn_subLR.
Qed.

Lemma prefix_inj (f : nat -> nat) l l' r r' : (1 <= l)%N -> (1 <= l')%N -> (r < f l)%N -> (r' < f l')%N ->
  (\sum_(1 <= k < l) f k + r = \sum_(1 <= k < l') f k + r')%N -> l = l' /\ r = r'.
Proof.
move=> l0 l0' lt lt' E; case: (ltngtP l l') => [ll|ll|El]; last first.
- by move: E lt lt'; rewrite El => /addnI.
- case: l l0 lt ll E => // l _ lt ll E.
  have := prefix_below f l l' r'; rewrite l0' -ltnS ll => /(_ isT lt').
  by rewrite -E ltnNge leq_addr.
- case: l' l0' lt' ll E => // l' _ lt' ll E.
  have := prefix_below f l' l r; rewrite l0 -ltnS ll => /(_ isT lt).
  by rewrite E ltnNge leq_addr.
Qed.

(** Every number below [parameters w L] is the place of one weight or of one bias; for numbers [dW] and [db] there
    is the vector that has them there; and it is the gradient of a differentiable cost if they are its partial
    derivatives. *)
Theorem gradient_vector : forall (w : nat -> nat) (L : nat),
  parameters w L = (\sum_(1 <= l < L.+1) w l * (w l.-1).+1)%N /\
  (forall l l' (p : 'I_(w l)) (q : 'I_(w l.-1)) (p' : 'I_(w l')) (q' : 'I_(w l'.-1)), (1 <= l <= L)%N -> (1 <= l')%N ->
     (weight_place w l p q < weights_before w L.+1)%N /\
     (weight_place w l p q = weight_place w l' p' q' -> l = l' /\ p = p' :> nat /\ q = q' :> nat)) /\
  (forall l l' (p : 'I_(w l)) (p' : 'I_(w l')), (1 <= l <= L)%N -> (1 <= l')%N ->
     (weights_before w L.+1 <= bias_place w L l p < parameters w L)%N /\
     (bias_place w L l p = bias_place w L l' p' -> l = l' /\ p = p' :> nat)) /\
  (forall s, (s < parameters w L)%N -> exists l, (1 <= l <= L)%N /\
     ((exists (p : 'I_(w l)) (q : 'I_(w l.-1)), s = weight_place w l p q) \/
      (exists p : 'I_(w l), s = bias_place w L l p))) /\
  (forall (dW : forall l, 'M_(w l, w l.-1)) (db : forall l, 'V_(w l)),
     let in_order (v : 'V_(parameters w L)) := forall (s : 'I_(parameters w L)) l, (1 <= l <= L)%N ->
       (forall (p : 'I_(w l)) (q : 'I_(w l.-1)), s = weight_place w l p q :> nat -> v s = dW l (p, q)) /\
       (forall p : 'I_(w l), s = bias_place w L l p :> nat -> v s = db l p) in
     (exists v, in_order v) /\
     (forall v C theta, in_order v -> (exists g, is_gradient C theta g) ->
        (forall (s : 'I_(parameters w L)) l, (1 <= l <= L)%N ->
           (forall (p : 'I_(w l)) (q : 'I_(w l.-1)), s = weight_place w l p q :> nat ->
             is_partial C theta s (dW l (p, q))) /\
           (forall p : 'I_(w l), s = bias_place w L l p :> nat -> is_partial C theta s (db l p))) ->
        is_gradient C theta v)).
Proof.
move=> w L.
have size : parameters w L = (\sum_(1 <= l < L.+1) w l * (w l.-1).+1)%N.
  by rewrite /parameters /weights_before /biases_before -big_split /=; apply: eq_bigr => k _; rewrite mulnS addnC.
have pq_lt l (p : 'I_(w l)) (q : 'I_(w l.-1)) : (p * w l.-1 + q < w l * w l.-1)%N := place_lt _ _ p q.
have W_below l (p : 'I_(w l)) (q : 'I_(w l.-1)) : (1 <= l <= L)%N -> (weight_place w l p q < weights_before w L.+1)%N.
  by move=> lL; apply: (prefix_below (fun k => w k * w k.-1)%N).
have W_inj l l' (p : 'I_(w l)) (q : 'I_(w l.-1)) (p' : 'I_(w l')) (q' : 'I_(w l'.-1)) : (1 <= l)%N -> (1 <= l')%N ->
    weight_place w l p q = weight_place w l' p' q' -> l = l' /\ p = p' :> nat /\ q = q' :> nat.
  move=> l0 l0' /(prefix_inj (fun k => w k * w k.-1)%N l l' _ _ l0 l0' (pq_lt l p q) (pq_lt l' p' q')) [El E].
  split=> //; move: El p' q' E => <- p' q' E.
  have E' : place p q = place p' q' by apply: ord_inj.
  by split; [rewrite -(sample_place p q) E' sample_place|rewrite -(entry_place p q) E' entry_place].
have b_in l (p : 'I_(w l)) : (1 <= l <= L)%N -> (weights_before w L.+1 <= bias_place w L l p < parameters w L)%N.
  by move=> lL; rewrite /bias_place leq_addr ltn_add2l; apply: prefix_below.
have b_inj l l' (p : 'I_(w l)) (p' : 'I_(w l')) : (1 <= l)%N -> (1 <= l')%N ->
    bias_place w L l p = bias_place w L l' p' -> l = l' /\ p = p' :> nat.
  by move=> l0 l0' /addnI /prefix_inj; apply.
have onto s : (s < parameters w L)%N -> exists l, (1 <= l <= L)%N /\
    ((exists (p : 'I_(w l)) (q : 'I_(w l.-1)), s = weight_place w l p q) \/
     (exists p : 'I_(w l), s = bias_place w L l p)).
  move=> lt; case: (ltnP s (weights_before w L.+1)) => [|ge].
    move=> /(prefix_split (fun k => w k * w k.-1)%N) [l [r [lL [rl ->]]]]; exists l; split=> //; left.
    exists (sample_of (Ordinal rl)), (entry_of (Ordinal rl)).
    by rewrite /weight_place /= -divn_eq.
  have lt' : (s - weights_before w L.+1 < biases_before w L.+1)%N by rewrite ltn_subLR.
  have [l [r [lL [rl E]]]] := prefix_split w L _ lt'; exists l; split=> //; right.
  by exists (Ordinal rl); rewrite /bias_place /= -E subnKC.
split=> //; split; first by move=> l l' p q p' q' lL l0'; split; [exact: W_below|apply: W_inj => //; case/andP: lL].
split; first by move=> l l' p p' lL l0'; split; [exact: b_in|apply: b_inj => //; case/andP: lL].
split=> //; move=> dW db in_order.
have one (s : 'I_(parameters w L)) : exists y, forall l, (1 <= l <= L)%N ->
    (forall (p : 'I_(w l)) (q : 'I_(w l.-1)), s = weight_place w l p q :> nat -> y = dW l (p, q)) /\
    (forall p : 'I_(w l), s = bias_place w L l p :> nat -> y = db l p).
  have [l [lL [[p [q E]]|[p E]]]] := onto s (ltn_ord s); have /andP[l0 _] := lL.
  - exists (dW l (p, q)) => l' lL'; have /andP[l0' _] := lL'; split=> [p' q' E'|p' E'].
    + have [El [Ep Eq]] := W_inj l l' p q p' q' l0 l0' (eq_trans (esym E) E').
      by move: El p' q' Ep Eq {E' lL' l0'} => <- p' q' /ord_inj -> /ord_inj ->.
    + by have := W_below l p q lL; have := b_in l' p' lL'; rewrite -E -E' => /andP[ge _]; rewrite ltnNge ge.
  - exists (db l p) => l' lL'; have /andP[l0' _] := lL'; split=> [p' q' E'|p' E'].
    + by have := W_below l' p' q' lL'; have := b_in l p lL; rewrite -E -E' => /andP[ge _]; rewrite ltnNge ge.
    + have [El Ep] := b_inj l l' p p' l0 l0' (eq_trans (esym E) E').
      by move: El p' Ep {E' lL' l0'} => <- p' /ord_inj ->.
split.
  by have [v Hv] := finite_function 0 one; exists v => s l lL; exact: Hv.
move=> v C theta Hv [g Hg] Hp; apply: gradient_eq (Hg) _ => s.
have D := gradient_partial s Hg.
have [l [lL [[p [q E]]|[p E]]]] := onto s (ltn_ord s).
- rewrite (proj1 (Hv s l lL) p q E) -(is_derive_unique _ _ _ D).
  exact: is_derive_unique (proj1 (Hp s l lL) p q E).
- rewrite (proj2 (Hv s l lL) p E) -(is_derive_unique _ _ _ D).
  exact: is_derive_unique (proj2 (Hp s l lL) p E).
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
have T k q : T_stacked (fun k => unit_vector k : 'V_(units F 0)) 1 1 (place k (i1 : 'I_(units F 1)), (i1,
  q)) = delta q k.
  rewrite /T_stacked sample_place entry_place /T_of M_same /J_of /diag /= delta_same /unit_vector; ring.
have := E (place i1 i1) i1 i1; have := E (place i1 i1) i1 i2; have := E (place i2 i1) i1 i1;
  have := E (place i2 i1) i1 i2.
rewrite !T /delta /=; nra.
Qed.
