(** * 8. Tensor form, third part: the networks of chapter 7 are those of this chapter *)

From Gradspec Require Export Base Layers Networks TensorForm TensorForm_Outputs.

Unset Implicit Arguments.

(** A network of this chapter as one of chapter 7: the activations without what stands for their derivatives. *)
Definition as_network (F : feedforward) : network (units F) :=
  Network (weights F) (biases F) (fun l => activate (functions F l)).

Lemma as_network_forward (F : feedforward) (x : 'V_(units F 0)) l : activations (as_network F) x l = a_of x l.
Proof. by elim: l => [//|l IH]; rewrite a_step /= /layer_map /= IH. Qed.

Lemma with_layer_replace (X : nat -> Type) (f : forall k, X k) l v k : with_layer f l v k = replace_at f l v k.
Proof.
case: (altP (l =P k)) => [<-|ne].
- rewrite replace_at_same /with_layer; case: PeanoNat.Nat.eq_dec => // e.
  by rewrite (eq_irrelevance e erefl).
- by rewrite replace_at_other // /with_layer; case: PeanoNat.Nat.eq_dec => // e; rewrite e eqxx in ne.
Qed.

(** The outputs as functions of the weights and of the bias of a layer are the same. *)
Lemma as_network_weights (F : feedforward) (x : 'V_(units F 0)) l W k :
  activations (with_weight (as_network F) l W) x k = a_by_weights x l W k.
Proof.
by elim: k => [//|k IH]; rewrite w_step -IH /= /layer_map /= (with_layer_replace _ (weights F)).
Qed.

Lemma as_network_bias (F : feedforward) (x : 'V_(units F 0)) l b k :
  activations (with_bias (as_network F) l b) x k = a_by_bias x l b k.
Proof.
by elim: k => [//|k IH]; rewrite b_step -IH /= /layer_map /= (with_layer_replace _ (biases F)).
Qed.

(** [output.aggregation] is the vector-Jacobian product of the network. *)
Theorem output_aggregation_vjp : forall (F : feedforward) (x : 'V_(units F 0)) (L : nat) (u : 'V_(units F L)) d,
  (1 <= L)%N -> all_hidden_elementwise F L -> carried_back x L 1 u d -> no_kinks x L ->
  let net := as_network F in
  is_vjp (fun x => activations net x L) x u (fun j => \sum_i u i * layer_product (D_of x) L 0 (i, j)) /\
  (forall l, (1 <= l <= L)%N ->
     is_vjp (fun W => activations (with_weight net l W) x L) (weight net l) u
       (fun '(p, q) => \sum_i u i * T_of x L l (i, (p, q))) /\
     is_vjp (fun b => activations (with_bias net l b) x L) (bias net l) u (fun p => \sum_i u i * M_of x L l (i, p))).
Proof.
move=> F x L u d L0 he H smooth net.
have swap (S : finType) (J : mat (ordinal_finType (units F L)) S) : (fun j => \sum_i u i * J (i, j)) = J^T *v u.
  by apply: vec_eq => j; apply: sum_ext => i; exact: Rmult_comm.
split=> [|l lL].
  exists (layer_product (D_of x) L 0); split; last exact: swap.
  by apply: jacobian_ext (input_jacobian F x L smooth) => z i; rewrite as_network_forward.
split.
- exists (T_of x L l); split; last by rewrite -swap; apply: vec_eq => -[p q].
  by apply: jacobian_ext (output_weight_jacobian_derivative F x L l lL smooth) => W i; rewrite as_network_weights.
- exists (M_of x L l); split; last exact: swap.
  by apply: jacobian_ext (output_bias_jacobian_derivative F x L l lL smooth) => b i; rewrite as_network_bias.
Qed.

Theorem output_aggregation : forall (F : feedforward) (x : 'V_(units F 0)) (L : nat) (u : 'V_(units F L)) d,
  (1 <= L)%N -> all_hidden_elementwise F L -> carried_back x L 1 u d ->
  let net := as_network F in
  let gx j := \sum_i u i * layer_product (D_of x) L 0 (i, j) in
  let gW l '(p, q) := \sum_i u i * T_of x L l (i, (p, q)) in
  let gb l p := \sum_i u i * M_of x L l (i, p) in
  (no_kinks x L ->
     is_vjp (fun x => activations net x L) x u gx /\
     (forall l, (1 <= l <= L)%N ->
        is_vjp (fun W => activations (with_weight net l W) x L) (weight net l) u (gW l) /\
        is_vjp (fun b => activations (with_bias net l b) x L) (bias net l) u (gb l))) /\
  gx = (weights F 1)^T *v d 1%N /\
  (forall l, (1 <= l <= L)%N ->
     gW l = outer (d l) (a_of x l.-1) /\ gb l = d l /\ d l = (M_of x L l)^T *v u) /\
  (forall loss : 'V_(units F L) -> R, is_gradient loss (a_of x L) u -> no_kinks x L ->
     is_gradient (fun x => loss (activations net x L)) x gx /\
     (forall l, (1 <= l <= L)%N ->
        is_gradient (fun W => loss (activations (with_weight net l W) x L)) (weight net l) (gW l) /\
        is_gradient (fun b => loss (activations (with_bias net l b) x L)) (bias net l) (gb l))).
Proof.
move=> F x L u d L0 he H net gx gW gb.
have [Hx [Hl HL]] := output_aggregation_sums F x L u d L0 he H.
have Ex : gx = (weights F 1)^T *v d 1%N by apply: vec_eq.
have EW l : (1 <= l <= L)%N -> gW l = outer (d l) (a_of x l.-1).
  by move=> lL; apply: vec_eq => -[p q]; exact: (proj1 (Hl l lL)).
have Eb l : (1 <= l <= L)%N -> gb l = d l by move=> lL; apply: vec_eq => p; exact: (proj1 (proj2 (Hl l lL))).
split; first by move=> smooth; exact: output_aggregation_vjp H smooth.
split=> //; split=> [l lL|loss Hg smooth].
  by split; [exact: EW|split; [exact: Eb|exact: (proj2 (proj2 (Hl l lL)))]].
have [Gx Gl] := HL loss Hg smooth; split.
  by rewrite Ex; apply: gradient_ext Gx => z; rewrite as_network_forward.
move=> l lL; have [GW Gb] := Gl l lL; split.
- by rewrite EW //; apply: gradient_ext GW => W; rewrite as_network_weights.
- by rewrite Eb //; apply: gradient_ext Gb => b; rewrite as_network_bias.
Qed.
