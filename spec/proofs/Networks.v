(** * Chapter 7: networks

    A network of any number of layers of any widths.  Layer [l] leads from [w l.-1] to [w l] numbers; layer 0 is the
    input.  Its activation is any map; the hidden layers work entry by entry where a theorem says [elementwise_hidden]:
    then [phi l] is the activation of layer [l] and [dphi l] stands for its derivative.  That no pre-activation is at a
    kink is [smooth_hidden]: each [phi l] has at each pre-activation of layer [l] the derivative [dphi l].
    The loss is any function of the output; [Networks_Losses.v] has the three losses of the text. *)

From Gradspec Require Import Base Activations Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** [network.shape]. *)
Record network (w : nat -> nat) : Type := Network {
  weight : forall l, 'M_(w l, w l.-1);
  bias : forall l, 'V_(w l);
  act : forall l, 'V_(w l) -> 'V_(w l) }.
Arguments weight {w} n l.
Arguments bias {w} n l.
Arguments act {w} n l z.

(** The network with the weights [M], or the bias [c], in layer [l]. *)
Definition with_weight {w : nat -> nat} (net : network w) (l : nat) (M : 'M_(w l, w l.-1)) : network w :=
  Network (with_layer (T := fun l => 'M_(w l, w l.-1)) (weight net) l M) (bias net) (act net).
Definition with_bias {w : nat -> nat} (net : network w) (l : nat) (c : 'V_(w l)) : network w :=
  Network (weight net) (with_layer (T := fun l => 'V_(w l)) (bias net) l c) (act net).
Arguments with_weight {w} net l M.
Arguments with_bias {w} net l c.

(** [network.composition]: layer [l] as a map, and what layers [l + 1] to [k] make of [a] ([between net l l a] is [a];
    there is no meaning for [k < l]). *)
Definition layer_map {w : nat -> nat} (net : network w) (l : nat) (a : 'V_(w l.-1)) : 'V_(w l) :=
  act net l (dense (weight net l) (bias net l) a).
Arguments layer_map {w} net l a.
Fixpoint between {w : nat -> nat} (net : network w) (l k : nat) (a : 'V_(w l)) {struct k} : 'V_(w k) :=
  match PeanoNat.Nat.eq_dec l k with
  | left e => eq_rect l (fun k => 'V_(w k)) a k e
  | right _ => match k return 'V_(w k) with
               | 0%N => vzero _
               | k'.+1 => layer_map net k'.+1 (@between w net l k' a)
               end
  end.
Arguments between {w} net l k a.

(** [network.forward]: activations and pre-activations of one sample. *)
Fixpoint activations {w : nat -> nat} (net : network w) (x : 'V_(w 0%N)) (l : nat) : 'V_(w l) :=
  match l with 0%N => x | l'.+1 => layer_map net l'.+1 (@activations w net x l') end.
Arguments activations {w} net x l.
Definition preactivations {w : nat -> nat} (net : network w) (x : 'V_(w 0%N)) (l : nat) : 'V_(w l) :=
  dense (weight net l) (bias net l) (activations net x l.-1).
Arguments preactivations {w} net x l.

(** The hidden layers are those of number 1 to [L - 1]. *)
Definition elementwise_hidden {w : nat -> nat} (net : network w) (L : nat) (phi : nat -> R -> R) : Prop :=
  forall l, (0 < l < L)%N -> forall z i, act net l z i = phi l (z i).
Definition smooth_hidden {w : nat -> nat} (net : network w) (L : nat) (phi dphi : nat -> R -> R) (x : 'V_(w 0%N)) :
    Prop :=
  forall l, (0 < l < L)%N -> forall i,
    is_derive (phi l) (preactivations net x l i) (dphi l (preactivations net x l i)).

(** The derivatives [gamma l] of the activation of layer [l], entry by entry, and the recursion of
    [network.gradients] from the delta of the last layer. *)
Definition slopes {w : nat -> nat} (net : network w) (dphi : nat -> R -> R) (x : 'V_(w 0%N)) (l : nat) : 'V_(w l) :=
  elementwise (dphi l) (preactivations net x l).
Arguments slopes {w} net dphi x l.
Definition backpropagated {w : nat -> nat} (net : network w) (L : nat) (dphi : nat -> R -> R) (x : 'V_(w 0%N))
    (delta : forall l, 'V_(w l)) : Prop :=
  forall l, (0 < l < L)%N -> delta l = ((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l.

(** ** Composition *)

Local Arguments PeanoNat.Nat.eq_dec : simpl never.

Lemma between_same (w : nat -> nat) (net : network w) l (a : 'V_(w l)) : between net l l a = a.
Proof.
case: l a => [//|l] a /=.
by case: PeanoNat.Nat.eq_dec => // e; rewrite (eq_irrelevance e (erefl l.+1)).
Qed.

Lemma between_step (w : nat -> nat) (net : network w) l k (a : 'V_(w l)) : (l <= k)%N ->
  between net l k.+1 a = layer_map net k.+1 (between net l k a).
Proof. by move=> lk /=; case: PeanoNat.Nat.eq_dec => // e; rewrite e ltnn in lk. Qed.

(** [network.composition]: [h j k = h i k o h j i]. *)
Lemma between_comp (w : nat -> nat) (net : network w) j i k (a : 'V_(w j)) : (j <= i)%N -> (i <= k)%N ->
  between net j k a = between net i k (between net j i a).
Proof.
move=> ji; elim: k => [|k IH]; first by rewrite leqn0 => /eqP E; rewrite E between_same.
rewrite leq_eqVlt => /orP[/eqP ->|ik]; first by rewrite between_same.
by rewrite !between_step ?IH //; exact: leq_trans ji _.
Qed.

Lemma between_first (w : nat -> nat) (net : network w) l k (a : 'V_(w l)) : (l < k)%N ->
  between net l k a = between net l.+1 k (layer_map net l.+1 a).
Proof. by move=> lk; rewrite (@between_comp _ _ l l.+1) // between_step // between_same. Qed.

Lemma activations_between (w : nat -> nat) (net : network w) x k : activations net x k = between net 0 k x.
Proof. by elim: k => [|k IH]; [rewrite between_same|rewrite between_step //= IH]. Qed.

Lemma activations_act (w : nat -> nat) (net : network w) x l : (0 < l)%N ->
  activations net x l = act net l (preactivations net x l).
Proof. by case: l. Qed.

(** Networks whose layers behind [l] are the same. *)
Definition same_layer (w : nat -> nat) (net net' : network w) (l : nat) : Prop :=
  [/\ weight net' l = weight net l, bias net' l = bias net l & act net' l = act net l].

Lemma same_layer_map (w : nat -> nat) (net net' : network w) l a : same_layer net net' l ->
  layer_map net' l a = layer_map net l a.
Proof. by move=> [E1 E2 E3]; rewrite /layer_map E1 E2 E3. Qed.

Lemma activations_behind (w : nat -> nat) (net net' : network w) x l L : (l <= L)%N ->
  (forall k, (l < k <= L)%N -> same_layer net net' k) ->
  activations net' x L = between net l L (activations net' x l).
Proof.
elim: L => [|L IH]; first by rewrite leqn0 => /eqP -> _; rewrite between_same.
rewrite leq_eqVlt => /orP[/eqP -> _|lL E]; first by rewrite between_same.
rewrite between_step // -IH //; first by apply: same_layer_map; apply: E; rewrite lL leqnn.
by move=> k /andP[lk kL]; apply: E; rewrite lk (leqW kL).
Qed.

Lemma activations_before (w : nat -> nat) (net net' : network w) x l :
  (forall k, (0 < k <= l)%N -> same_layer net net' k) -> activations net' x l = activations net x l.
Proof.
elim: l => [//|l IH] E /=; rewrite IH => [|k /andP[k0 kl]]; first by apply: same_layer_map; apply: E; rewrite leqnn.
by apply: E; rewrite k0 (leqW kl).
Qed.

Lemma with_weight_other (w : nat -> nat) (net : network w) l M k : k <> l -> same_layer net (with_weight net l M) k.
Proof. by move=> ne; split=> //=; apply: (@with_layer_other (fun l => 'M_(w l, w l.-1))). Qed.

Lemma with_bias_other (w : nat -> nat) (net : network w) l c k : k <> l -> same_layer net (with_bias net l c) k.
Proof. by move=> ne; split=> //=; apply: (@with_layer_other (fun l => 'V_(w l))). Qed.

Lemma with_weight_same (w : nat -> nat) (net : network w) l M : weight (with_weight net l M) l = M.
Proof. exact: (@with_layer_same (fun l => 'M_(w l, w l.-1))). Qed.

Lemma with_bias_same (w : nat -> nat) (net : network w) l c : bias (with_bias net l c) l = c.
Proof. exact: (@with_layer_same (fun l => 'V_(w l))). Qed.

(** The output as a function of the pre-activation, of the weights and of the bias of layer [l]. *)
Lemma output_preactivation (w : nat -> nat) (net : network w) x l L : (0 < l <= L)%N ->
  activations net x L = between net l L (act net l (preactivations net x l)).
Proof. by move=> /andP[l0 lL]; rewrite -activations_act //; apply: activations_behind. Qed.

Lemma output_weight (w : nat -> nat) (net : network w) x l L M : (0 < l <= L)%N ->
  activations (with_weight net l M) x L =
  between net l L (act net l (dense M (bias net l) (activations net x l.-1))).
Proof.
case: l M => [//|l] M /= lL.
rewrite (@activations_behind _ net _ x l.+1) //; last first.
  by move=> k /andP[lk _]; apply: with_weight_other => E; rewrite E ltnn in lk.
congr (between _ _ _ _); rewrite -[LHS]/(layer_map (with_weight net l.+1 M) l.+1 (activations _ x l)) /layer_map.
rewrite with_weight_same (@activations_before _ net) // => k /andP[_ kl].
by apply: with_weight_other => E; rewrite E ltnn in kl.
Qed.

Lemma output_bias (w : nat -> nat) (net : network w) x l L c : (0 < l <= L)%N ->
  activations (with_bias net l c) x L =
  between net l L (act net l (dense (weight net l) c (activations net x l.-1))).
Proof.
case: l c => [//|l] c /= lL.
rewrite (@activations_behind _ net _ x l.+1) //; last first.
  by move=> k /andP[lk _]; apply: with_bias_other => E; rewrite E ltnn in lk.
congr (between _ _ _ _); rewrite -[LHS]/(layer_map (with_bias net l.+1 c) l.+1 (activations _ x l)) /layer_map.
rewrite with_bias_same (@activations_before _ net) // => k /andP[_ kl].
by apply: with_bias_other => E; rewrite E ltnn in kl.
Qed.

(** The recursion has a solution from every last delta. *)
Lemma backpropagated_satisfiable (w : nat -> nat) (net : network w) (L : nat) (dphi : nat -> R -> R) x
    (dL : 'V_(w L)) : exists delta, delta L = dL /\ backpropagated net L dphi x delta.
Proof.
suff H : forall d, (d <= L)%N -> exists delta : forall l, 'V_(w l), delta L = dL /\
    forall l, (L - d <= l < L)%N -> delta l = ((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l.
  by have [delta [E B]] := H L (leqnn _); exists delta; split=> // l /andP[_ lL]; apply: B; rewrite subnn.
elim=> [_|d IH dL'].
  exists (with_layer (T := fun l => 'V_(w l)) (fun l => vzero _) L dL); split.
    exact: (@with_layer_same (fun l => 'V_(w l))).
  by move=> l; rewrite subn0 => /andP[Ll lL]; move: (leq_ltn_trans Ll lL); rewrite ltnn.
have [delta [E B]] := IH (ltnW dL'); set l := (L - d.+1)%N.
have ld : (l.+1 = L - d)%N by rewrite /l subnSK.
have lL : (l < L)%N by rewrite ld leq_subr.
exists (with_layer (T := fun l => 'V_(w l)) delta l (((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l)).
have other k : k <> l -> with_layer (T := fun l => 'V_(w l)) delta l
    (((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l) k = delta k.
  exact: (@with_layer_other (fun l => 'V_(w l))).
split; first by rewrite other // => El; rewrite El ltnn in lL.
move=> k /andP[lk kL].
have ne : k.+1 <> l by move=> El; move: lk; rewrite -El ltnn.
rewrite (other k.+1) //; move: lk; rewrite leq_eqVlt => /orP[/eqP <-|lk].
  exact: (@with_layer_same (fun l => 'V_(w l))).
by rewrite other => [|El]; [apply: B; rewrite -ld lk|rewrite El ltnn in lk].
Qed.

(** ** Errors *)

(** One step back: the error of a hidden layer from that of the next. *)
Lemma error_step (w : nat -> nat) (net : network w) (L l : nat) (phi dphi : nat -> R -> R) (F : 'V_(w L) -> R) x
    (d : 'V_(w l.+1)) : (0 < l < L)%N -> elementwise_hidden net L phi -> smooth_hidden net L phi dphi x ->
  is_gradient (fun z => F (between net l.+1 L (act net l.+1 z))) (preactivations net x l.+1) d ->
  is_gradient (fun z => F (between net l L (act net l z))) (preactivations net x l)
    (((weight net l.+1)^T *v d) .* slopes net dphi x l).
Proof.
move=> lL E S H; have [l0 lL'] := andP lL.
have Ea z : act net l z = elementwise (phi l) z by apply: vec_eq => i; exact: E.
apply: gradient_ext (fun z => esym (f_equal F (between_first net _ lL'))) _.
apply: (gradient_ext (f := fun z => F (between net l.+1 L (act net l.+1 (dense (weight net l.+1) (bias net l.+1)
  (elementwise (phi l) z)))))) => [z|]; first by rewrite -Ea.
have [_ [_ [_ G]]] := backpropagation_delta (phi l) (dphi l) (preactivations net x l) (weight net l.+1)
  (bias net l.+1) d.
apply: (G (fun z => F (between net l.+1 L (act net l.+1 z)))) => [j|]; first exact: S.
have -> : (weight net l.+1 *v elementwise (phi l) (preactivations net x l) +v bias net l.+1) =
  preactivations net x l.+1 by rewrite /preactivations /dense /= -Ea -activations_act.
exact: H.
Qed.

(** The recursion gives the errors of all layers: the gradients with respect to the pre-activations. *)
Lemma errors (w : nat -> nat) (net : network w) (L : nat) (phi dphi : nat -> R -> R) (F : 'V_(w L) -> R) x delta :
  elementwise_hidden net L phi -> smooth_hidden net L phi dphi x ->
  is_gradient (fun z => F (act net L z)) (preactivations net x L) (delta L) ->
  backpropagated net L dphi x delta ->
  forall l, (0 < l <= L)%N ->
  is_gradient (fun z => F (between net l L (act net l z))) (preactivations net x l) (delta l).
Proof.
move=> E S HL B.
suff H d l : (l + d = L)%N -> (0 < l)%N ->
    is_gradient (fun z => F (between net l L (act net l z))) (preactivations net x l) (delta l).
  by move=> l /andP[l0 lL]; apply: (H (L - l)%N) => //; exact: subnKC.
elim: d l => [|d IH] l ld l0.
  rewrite addn0 in ld; subst l.
  by apply: gradient_ext HL => z; rewrite between_same.
have lL : (0 < l < L)%N by rewrite l0 -ld -addSnnS leq_addr.
by rewrite (B l lL); apply: (error_step lL E S); apply: IH; rewrite // addSnnS.
Qed.

(** From the error of a layer to its parameters and to what it was fed. *)
Lemma gradient_parameters (w : nat -> nat) (net : network w) (L l : nat) (F : 'V_(w L) -> R) x (d : 'V_(w l)) :
  (0 < l <= L)%N ->
  is_gradient (fun z => F (between net l L (act net l z))) (preactivations net x l) d ->
  is_gradient (fun M => F (activations (with_weight net l M) x L)) (weight net l) (outer d (activations net x l.-1)) /\
  is_gradient (fun c => F (activations (with_bias net l c) x L)) (bias net l) d /\
  is_gradient (fun a => F (between net l.-1 L a)) (activations net x l.-1) ((weight net l)^T *v d).
Proof.
move=> lL H.
have [Gx [GW [_ Gb]]] := dense_gradients H.
split; first by apply: gradient_ext GW => M; rewrite output_weight.
split; first by apply: gradient_ext Gb => c; rewrite output_bias.
case: l d lL H Gx {GW Gb} => [//|l] d /= lL _ Gx.
by apply: gradient_ext Gx => a; rewrite (between_first net _ lL).
Qed.

(** [network.gradients] for one sample and any loss: [loss (act L z)] has the gradient [delta L] at [z L]. *)
Theorem network_gradients_sample : forall (w : nat -> nat) (net : network w) (L : nat) (phi dphi : nat -> R -> R)
    (loss : 'V_(w L) -> R) (x : 'V_(w 0%N)) (delta : forall l, 'V_(w l)),
  elementwise_hidden net L phi -> smooth_hidden net L phi dphi x ->
  is_gradient (fun z => loss (act net L z)) (preactivations net x L) (delta L) ->
  (forall l, (0 < l < L)%N -> delta l = ((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l) ->
  forall l, (0 < l <= L)%N ->
  is_gradient (fun M => loss (activations (with_weight net l M) x L)) (weight net l)
    (outer (delta l) (activations net x l.-1)) /\
  is_gradient (fun c => loss (activations (with_bias net l c) x L)) (bias net l) (delta l).
Proof.
move=> w net L phi dphi loss x delta E S HL B l lL.
have [GW [Gb _]] := gradient_parameters lL (errors E S HL B lL).
by split.
Qed.

Lemma network_gradients_sample_satisfiable (w : nat -> nat) (net : network w) (L : nat) (dphi : nat -> R -> R) x
    (dL : 'V_(w L)) (J : 'M_(w L, w L)) : is_jacobian (act net L) (preactivations net x L) J ->
  exists (loss : 'V_(w L) -> R) delta,
    is_gradient (fun z => loss (act net L z)) (preactivations net x L) (delta L) /\ backpropagated net L dphi x delta.
Proof.
move=> H; have [delta [E B]] := backpropagated_satisfiable net dphi x (J^T *v dL).
exists (fun a => dot dL a), delta; split=> //; rewrite E.
exact: gradient_comp H (gradient_dot dL _).
Qed.

(** The last delta from the gradient of the loss with respect to the output. *)
Lemma last_delta (w : nat -> nat) (net : network w) (L : nat) (loss : 'V_(w L) -> R) x (v : 'V_(w L)) J :
  (0 < L)%N -> is_jacobian (act net L) (preactivations net x L) J -> is_gradient loss (activations net x L) v ->
  is_gradient (fun z => loss (act net L z)) (preactivations net x L) (J^T *v v).
Proof. by move=> L0 HJ Hv; apply: (gradient_comp HJ); rewrite -activations_act. Qed.

Lemma jacobian_elementwise_act (w : nat -> nat) (net : network w) (L : nat) (g dg : R -> R) z :
  (forall y i, act net L y i = g (y i)) -> (forall i, is_derive g (z i) (dg (z i))) ->
  is_jacobian (act net L) z (diag (elementwise dg z)).
Proof. by move=> E D; apply: jacobian_ext (jacobian_elementwise D) => y i; rewrite E. Qed.

(** ** Vector-Jacobian products *)

(** A map whose products with all upstream gradients have gradients has a Jacobian. *)
Lemma vjp_of_gradients (S T : finType) (f : vec S -> vec T) x u r :
  (forall v, exists g, is_gradient (fun z => dot v (f z)) x g) ->
  is_gradient (fun z => dot u (f z)) x r -> is_vjp f x u r.
Proof.
move=> H Hu.
have [g Hg] : exists g : T -> vec S, forall i, is_gradient (fun z => f z i) x (g i).
  have Hi i : exists g, is_gradient (fun z => f z i) x g.
    have [g Hg] := H (unit_vector i); exists g.
    by apply: gradient_ext Hg => z; rewrite dotC dot_unit.
  exact: (finite_function (vzero _) Hi).
have J : is_jacobian f x (fun '(i, j) => g i j) by apply/jacobian_rows.
exists (fun '(i, j) => g i j); split=> //.
exact: gradient_unique Hu (gradient_comp J (gradient_dot u _)).
Qed.

(** [network.vjp]. *)
Theorem network_vjp : forall (w : nat -> nat) (net : network w) (L : nat) (phi dphi : nat -> R -> R)
    (J : 'M_(w L, w L)) (x : 'V_(w 0%N)) (u : 'V_(w L)) (delta : forall l, 'V_(w l)),
  (0 < L)%N -> elementwise_hidden net L phi -> smooth_hidden net L phi dphi x ->
  is_jacobian (act net L) (preactivations net x L) J ->
  delta L = J^T *v u ->
  (forall l, (0 < l < L)%N -> delta l = ((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l) ->
  is_vjp (fun x => activations net x L) x u ((weight net 1%N)^T *v delta 1%N) /\
  (forall l, (0 < l <= L)%N ->
    is_vjp (fun M => activations (with_weight net l M) x L) (weight net l) u
      (outer (delta l) (activations net x l.-1)) /\
    is_vjp (fun c => activations (with_bias net l c) x L) (bias net l) u (delta l)) /\
  (J = diag (slopes net dphi x L) -> delta L = u .* slopes net dphi x L).
Proof.
move=> w net L phi dphi J x u delta L0 E S HJ EL B.
have main v d : d L = J^T *v v -> backpropagated net L dphi x d ->
    is_gradient (fun x => dot v (activations net x L)) x ((weight net 1%N)^T *v d 1%N) /\
    forall l, (0 < l <= L)%N ->
    is_gradient (fun M => dot v (activations (with_weight net l M) x L)) (weight net l)
      (outer (d l) (activations net x l.-1)) /\
    is_gradient (fun c => dot v (activations (with_bias net l c) x L)) (bias net l) (d l).
  move=> Ed Bd.
  have HL : is_gradient (fun z => dot v (act net L z)) (preactivations net x L) (d L).
    by rewrite Ed; exact: gradient_comp HJ (gradient_dot v _).
  split.
    have L1 : (0 < 1 <= L)%N by rewrite L0.
    have [_ [_ Gx]] := gradient_parameters L1 (errors E S HL Bd L1).
    by apply: gradient_ext Gx => y; rewrite -activations_between.
  by move=> l lL; have [GW [Gb _]] := gradient_parameters lL (errors E S HL Bd lL).
have [Gx Gp] := main u delta EL B.
have any v : exists d, d L = J^T *v v /\ backpropagated net L dphi x d := backpropagated_satisfiable net dphi x (J^T *v v).
split.
  by apply: vjp_of_gradients Gx => v; have [d [Ed Bd]] := any v; exists ((weight net 1%N)^T *v d 1%N); have [] := main v d Ed Bd.
split; last first.
  by move=> EJ; rewrite EL EJ transpose_diag mulmv_diag; apply: vec_eq => i; exact: Rmult_comm.
move=> l lL; have [GW Gb] := Gp l lL; split.
- apply: vjp_of_gradients GW => v; have [d [Ed Bd]] := any v; have [_ H] := main v d Ed Bd.
  by exists (outer (d l) (activations net x l.-1)); have [] := H l lL.
- apply: vjp_of_gradients Gb => v; have [d [Ed Bd]] := any v; have [_ H] := main v d Ed Bd.
  by exists (d l); have [] := H l lL.
Qed.

Lemma network_vjp_satisfiable (w : nat -> nat) (net : network w) (L : nat) (dphi : nat -> R -> R) (J : 'M_(w L, w L)) x
    (u : 'V_(w L)) : exists delta, delta L = J^T *v u /\ backpropagated net L dphi x delta.
Proof. exact: backpropagated_satisfiable. Qed.
