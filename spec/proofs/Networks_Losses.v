(** * Chapter 7: networks with the three losses of the text, and listings *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax Losses Losses_Logits
  Layers Networks Networks_Batch Networks_Forms.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** [network.shape]: the last activation with its loss. *)
Inductive output_layer : Type :=
  | Squared (g : activation) (r : entry_reduction) (s : squared_error_scale)
  | Binary (r : entry_reduction)
  | Categorical.
Definition output_map (o : output_layer) {m : nat} (z : 'V_m) : 'V_m :=
  match o with
  | Squared g _ _ => elementwise (value_of g) z
  | Binary _ => elementwise sigmoid z
  | Categorical => softmax z
  end.
Definition loss_of (o : output_layer) {m : nat} (a y : 'V_m) : R :=
  match o with
  | Squared _ r s => squared_error r s a y
  | Binary r => binary_cross_entropy r a y
  | Categorical => categorical_cross_entropy a y
  end.

(** [network.gradients]: the delta of the last layer, with [r0] for [relu_at_zero] and [l0] for [leaky_relu_at_zero]. *)
Definition last_delta_of (o : output_layer) (r0 l0 : R) {m : nat} (z y : 'V_m) : 'V_m :=
  match o with
  | Squared g r s =>
    (fun k => 2 * rho r m * square_factor s * (value_of g (z k) - y k)) .* elementwise (slope_of r0 l0 g) z
  | Binary r => fun k => rho r m * (sigmoid (z k) - y k)
  | Categorical => fun i => (\sum_j y j) * softmax z i - y i
  end.
Definition output_kink (o : output_layer) (t : R) : Prop := match o with Squared g _ _ => at_kink g t | _ => False end.

(** A network of the text: the hidden layers have the activations [hidden], the last layer that of [out]. *)
Definition network_of {w : nat -> nat} (net : network w) (L : nat) (hidden : nat -> activation) (out : output_layer) :
    Prop :=
  (forall l, (0 < l < L)%N -> forall z, act net l z = elementwise (value_of (hidden l)) z) /\
  (forall z, act net L z = output_map out z).

(** No pre-activation of a relu or leaky relu unit of any sample is exactly 0. *)
Definition off_kinks {w : nat -> nat} {N : nat} (net : network w) (L : nat) (hidden : nat -> activation)
    (out : output_layer) (X : 'M_(w 0%N, N)) : Prop :=
  (forall l, (0 < l < L)%N -> forall i k, ~ at_kink (hidden l) (batch_preactivations net X l (i, k))) /\
  (forall i k, ~ output_kink out (batch_preactivations net X L (i, k))).

(** [network.cost]: [t] is [/ INR N] for a mean and 1 for a sum; sample [k] has column [k] of [Y] for its label. *)
Definition cost {w : nat -> nat} {N L : nat} (net : network w) (out : output_layer) (t : R) (X : 'M_(w 0%N, N))
    (Y : 'M_(w L, N)) : R := cost_of net t (fun k a => loss_of out a (column Y k)) X.

(** The recursion of [network.gradients] and [network.deltas], in columns. *)
Definition deltas {w : nat -> nat} {N : nat} (net : network w) (L : nat) (hidden : nat -> activation)
    (out : output_layer) (r0 l0 t : R) (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)) (D : forall l, 'M_(w l, N)) : Prop :=
  D L = t *: (fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i) /\
  (forall l, (0 < l < L)%N ->
    D l = ((weight net l.+1)^T *m D l.+1) .* elementwise (slope_of r0 l0 (hidden l)) (batch_preactivations net X l)).

(** ** The last delta *)

Lemma last_delta_gradient (out : output_layer) (r0 l0 : R) (m : nat) (z y : 'V_m) :
  (forall i, ~ output_kink out (z i)) ->
  is_gradient (fun z => loss_of out (output_map out z) y) z (last_delta_of out r0 l0 z y).
Proof.
case: out => [g r s|r|] /= K.
- apply: (gradient_each (F := fun a => squared_error r s a y)) => [i|]; first exact: activation_derive.
  exact: (proj1 (squared_error_gradient r s _ _)).
- exact: (proj1 (proj2 (sigmoid_cross_entropy_delta r z y))).
- have [H _] := softmax_cross_entropy_delta z y; exact: H.
Qed.

Lemma hidden_elementwise (w : nat -> nat) (net : network w) (L : nat) hidden out : network_of net L hidden out ->
  elementwise_hidden net L (fun l => value_of (hidden l)).
Proof. by move=> [E _] l lL z i; rewrite E. Qed.

Lemma hidden_smooth (w : nat -> nat) (N : nat) (net : network w) (L : nat) hidden out r0 l0 (X : 'M_(w 0%N, N)) :
  off_kinks net L hidden out X ->
  forall k, smooth_hidden net L (fun l => value_of (hidden l)) (fun l => slope_of r0 l0 (hidden l)) (column X k).
Proof. by move=> [K _] k l lL i; apply: activation_derive; rewrite -batch_entry_preactivations; exact: K. Qed.

Lemma output_delta (w : nat -> nat) (N : nat) (net : network w) (L : nat) hidden out r0 l0 (X : 'M_(w 0%N, N))
    (Y : 'M_(w L, N)) k : network_of net L hidden out -> off_kinks net L hidden out X ->
  is_gradient (fun z => loss_of out (act net L z) (column Y k)) (column (batch_preactivations net X L) k)
    (last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k)).
Proof.
move=> [_ E] [_ K]; apply: gradient_ext (fun z => esym (f_equal (fun a => loss_of out a (column Y k)) (E z))) _.
by apply: last_delta_gradient => i; exact: K.
Qed.

(** ** The clauses *)

(** [network.cost]: mean and sum, the losses from the logits, and one flat sum. *)
Theorem network_cost : forall (w : nat -> nat) (L N : nat) (net : network w) (hidden : nat -> activation)
    (out : output_layer) (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)),
  (0 < L)%N -> network_of net L hidden out ->
  let a k := activations net (column X k) L in let z k := preactivations net (column X k) L in
  cost net out (/ INR N) X Y = / INR N * (\sum_k loss_of out (a k) (column Y k)) /\
  cost net out 1 X Y = \sum_k loss_of out (a k) (column Y k) /\
  (forall r, out = Binary r ->
    forall k, loss_of out (a k) (column Y k) = sigmoid_cross_entropy r (z k) (column Y k)) /\
  (out = Categorical -> forall k, loss_of out (a k) (column Y k) = softmax_cross_entropy (z k) (column Y k)) /\
  (forall (n : nat) (f : 'I_N -> 'I_n -> R), (0 < N)%N -> (0 < n)%N ->
    / INR N * (\sum_k / INR n * (\sum_i f k i)) =
    / (INR N * INR n) * (\sum_(p : prod_finType (ordinal_finType N) (ordinal_finType n)) f p.1 p.2)).
Proof.
move=> w L N net hidden out X Y L0 [_ E] a z.
have Ea k : a k = output_map out (z k) by rewrite /a activations_act ?E.
split=> //; split; first by rewrite /cost /cost_of Rmult_1_l.
split.
  move=> r Eo k; rewrite Ea Eo /= binary_sum; congr (_ * _); apply: sum_ext => i.
  by rewrite /binary_term /elementwise sigmoid_entry.
split; first by move=> Eo k; rewrite Ea Eo.
move=> n f N0 n0.
rewrite sum_pair /= -(sum_mull (/ INR n) (fun k => \sum_i f k i)).
move: (\sum_k \sum_i f k i) => u.
have nz q : (0 < q)%N -> INR q <> 0 by move=> q0; apply: not_0_INR => H; rewrite H in q0.
by field; split; exact: nz.
Qed.

(** [network.gradients] *)
Theorem network_gradients : forall (w : nat -> nat) (L N : nat) (net : network w) (hidden : nat -> activation)
    (out : output_layer) (r0 l0 t : R) (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)) (D : forall l, 'M_(w l, N)),
  network_of net L hidden out -> off_kinks net L hidden out X ->
  D L = t *: (fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i) ->
  (forall l, (0 < l < L)%N ->
    D l = ((weight net l.+1)^T *m D l.+1) .* elementwise (slope_of r0 l0 (hidden l)) (batch_preactivations net X l)) ->
  forall l, (0 < l <= L)%N ->
  is_gradient (fun M => cost (with_weight net l M) out t X Y) (weight net l)
    (D l *m (batch_activations net X l.-1)^T) /\
  is_gradient (fun c => cost (with_bias net l c) out t X Y) (bias net l) (D l *v ones _) /\
  (* rows *) D l *m (batch_activations net X l.-1)^T = ((D l)^T)^T *m (batch_activations net X l.-1)^T /\
  (forall i, (D l *v ones _) i = \sum_k (D l)^T (k, i)) /\
  ((l < L)%N -> (D l)^T = ((D l.+1)^T *m weight net l.+1) .*
    elementwise (slope_of r0 l0 (hidden l)) (batch_preactivations net X l)^T) /\
  (* scaled_last *) (forall D1, deltas net hidden out r0 l0 1 X Y D1 ->
    D l *m (batch_activations net X l.-1)^T = t *: (D1 l *m (batch_activations net X l.-1)^T) /\
    D l *v ones _ = t *: (D1 l *v ones _)) /\
  (* one sample *) (forall k (delta : forall l, 'V_(w l)),
    delta L = last_delta_of out r0 l0 (preactivations net (column X k) L) (column Y k) ->
    (forall l, (0 < l < L)%N -> delta l = ((weight net l.+1)^T *v delta l.+1) .*
      elementwise (slope_of r0 l0 (hidden l)) (preactivations net (column X k) l)) ->
    column (D l) k = t *: delta l /\
    is_gradient (fun M => loss_of out (activations (with_weight net l M) (column X k) L) (column Y k)) (weight net l)
      (outer (delta l) (activations net (column X k) l.-1)) /\
    is_gradient (fun c => loss_of out (activations (with_bias net l c) (column X k) L) (column Y k)) (bias net l)
      (delta l)).
Proof.
move=> w L N net hidden out r0 l0 t X Y D Hn K DL BD l lL.
have E := hidden_elementwise Hn; have S := hidden_smooth r0 l0 K.
have HL k := output_delta r0 l0 Y k Hn K.
have [_ [GW [Gb _]]] := network_gradients_batch (loss := fun k a => loss_of out a (column Y k))
  (dL := fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i)
  E S HL DL BD lL.
split=> //; split=> //; split; first by rewrite transposeK.
split; first by move=> i; apply: sum_ext => k; rewrite /ones /transpose Rmult_1_r.
split.
  move=> lL'; have l1 : (0 < l < L)%N by case/andP: lL => ->.
  apply: mat_eq => k i; rewrite /transpose (BD l l1) /hadamard /mulmm /elementwise; congr (_ * _).
  by apply: sum_ext => j; exact: Rmult_comm.
split.
  move=> D1 [DL1 BD1]; have DL1' : D1 L = (fun '(i, k) =>
      last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i).
    by rewrite DL1; apply: mat_eq => i k; rewrite /vscale Rmult_1_l.
  by have [_ [SW [Sb _]]] := scaled_last DL BD DL1' BD1 lL.
move=> k delta Ed Bd; split.
  apply: (batch_deltas (dphi := fun l => slope_of r0 l0 (hidden l)) BD) => //.
  by rewrite DL Ed -batch_column_preactivations.
apply: (network_gradients_sample (phi := fun l => value_of (hidden l)) (dphi := fun l => slope_of r0 l0 (hidden l))
  (loss := fun a => loss_of out a (column Y k))) => //.
by rewrite Ed -batch_column_preactivations; exact: HL.
Qed.

(** With weights 0 and biases 1 no pre-activation is 0. *)
Lemma network_gradients_satisfiable (w : nat -> nat) (L N : nat) (hidden : nat -> activation)
    (out : output_layer) (r0 l0 t : R) (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)) :
  exists (net : network w) D, network_of net L hidden out /\ off_kinks net L hidden out X /\
    deltas net hidden out r0 l0 t X Y D.
Proof.
pose net : network w := Network (fun l => fun _ => 0) (fun l => ones _)
  (fun l z => if l == L then output_map out z else elementwise (value_of (hidden l)) z).
have [D [E B]] := batch_backpropagated_satisfiable net (fun l => slope_of r0 l0 (hidden l)) X
  (t *: (fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i)).
have Z l i k : batch_preactivations net X l (i, k) = 1.
  rewrite -[LHS]/(\sum_j 0 * batch_activations net X l.-1 (j, k) + 1 * 1).
  by rewrite sum_zero => [|j]; ring.
exists net, D; split.
  split=> [l /andP[_ lL] z|z] /=; last by rewrite eqxx.
  by rewrite (ltn_eqF lL).
split=> //; split=> [l _ i k|i k]; rewrite Z.
- by case: (hidden l) => [||?||] /= H //; lra.
- rewrite /output_kink; move: out {net E B Z} => [g r s|r|] // H.
  by case: g H => [||?||] /= H //; lra.
Qed.

(** [network.deltas]. *)
Theorem network_deltas : forall (w : nat -> nat) (L N : nat) (net : network w) (hidden : nat -> activation)
    (out : output_layer) (r0 l0 t : R) (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)) (D D1 : forall l, 'M_(w l, N)),
  deltas net hidden out r0 l0 t X Y D -> deltas net hidden out r0 l0 1 X Y D1 ->
  forall l, (0 < l <= L)%N -> D l = t *: D1 l /\
  (network_of net L hidden out -> off_kinks net L hidden out X ->
    is_gradient (cost_from net t (fun k a => loss_of out a (column Y k)) l) (batch_preactivations net X l) (D l)).
Proof.
move=> w L N net hidden out r0 l0 t X Y D D1 [DL BD] [DL1 BD1] l lL; split.
  have DL1' : D1 L = (fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i).
    by rewrite DL1; apply: mat_eq => i k; rewrite /vscale Rmult_1_l.
  by have [] := scaled_last DL BD DL1' BD1 lL.
move=> Hn K.
by have [] := network_gradients_batch (loss := fun k a => loss_of out a (column Y k))
  (dL := fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i)
  (hidden_elementwise Hn) (hidden_smooth r0 l0 K) (fun k => output_delta r0 l0 Y k Hn K) DL BD lL.
Qed.

(** [network.input_gradient]. *)
Theorem network_input_gradient : forall (w : nat -> nat) (L N : nat) (net : network w) (hidden : nat -> activation)
    (out : output_layer) (r0 l0 t : R) (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)) (D D1 : forall l, 'M_(w l, N)),
  (0 < L)%N -> deltas net hidden out r0 l0 t X Y D -> deltas net hidden out r0 l0 1 X Y D1 ->
  (weight net 1%N)^T *m D 1%N = t *: ((weight net 1%N)^T *m D1 1%N) /\
  ((weight net 1%N)^T *m D 1%N)^T = (D 1%N)^T *m weight net 1%N /\
  (network_of net L hidden out -> off_kinks net L hidden out X ->
    is_gradient (fun X => cost net out t X Y) X ((weight net 1%N)^T *m D 1%N)).
Proof.
move=> w L N net hidden out r0 l0 t X Y D D1 L0 [DL BD] [DL1 BD1]; have lL : (0 < 1 <= L)%N by rewrite L0.
split.
  have DL1' : D1 L = (fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i).
    by rewrite DL1; apply: mat_eq => i k; rewrite /vscale Rmult_1_l.
  by have [_ [_ [_ H]]] := scaled_last DL BD DL1' BD1 lL.
split; first by rewrite transpose_mulmm transposeK.
move=> Hn K.
have [_ [_ [_ G]]] := network_gradients_batch (loss := fun k a => loss_of out a (column Y k))
  (dL := fun '(i, k) => last_delta_of out r0 l0 (column (batch_preactivations net X L) k) (column Y k) i)
  (hidden_elementwise Hn) (hidden_smooth r0 l0 K) (fun k => output_delta r0 l0 Y k Hn K) DL BD lL.
apply: gradient_ext G => A; rewrite /cost /cost_of; congr (_ * _); apply: sum_ext => k.
by rewrite activations_between.
Qed.

(** [neuron.cost]: with its other forms, the cost of the network of one layer with one row of weights. *)
Theorem neuron_cost : forall (n N : nat) (t : R) (s : squared_error_scale) (g : activation) (X : 'M_(n, N)) (y : 'V_N)
    (w : 'V_n) (b : R),
  let c := square_factor s in
  let v := fun i => y i - neuron (value_of g) w b (column X i) in
  let width l := if l == 0%N then n else 1%N in
  cost_of_neuron t c (value_of g) X y w b = t * c * (\sum_i v i ^ 2) /\
  cost_of_neuron t c (value_of g) X y w b = t * c * (\sum_i (y i - value_of g (weighted_sum w b (column X i))) ^ 2) /\
  cost_of_neuron t c (value_of g) X y w b = t * (\sum_i c * v i ^ 2) /\
  ((0 < N)%N -> cost_of_neuron (/ INR N) (/ 2) (value_of g) X y w b = / (2 * INR N) * (\sum_i v i ^ 2)) /\
  cost_of_neuron (/ INR N) 1 (value_of g) X y w b = / INR N * (\sum_i v i ^ 2) /\
  cost_of_neuron t 1 (value_of g) X y w b = 2 * cost_of_neuron t (/ 2) (value_of g) X y w b /\
  (forall (net : network width) r, (forall j, weight net 1%N (i1, j) = w j) -> bias net 1%N i1 = b ->
    (forall z, act net 1%N z = elementwise (value_of g) z) ->
    cost (L := 1) net (Squared g r s) t X (fun '(_, k) => y k) = cost_of_neuron t c (value_of g) X y w b).
Proof.
move=> n N t s g X y w b c v width.
have [A [B [C [D [E F]]]]] := neuron_cost_forms t c (value_of g) X y w b.
do 5!split=> //; split=> // net r EW Eb Ea.
rewrite C /cost /cost_of; congr (_ * _); apply: sum_ext => k.
have Ez : activations net (column X k) 1 i1 = value_of g (weighted_sum w b (column X k)).
  rewrite /= /layer_map Ea /elementwise /dense /vadd Eb; congr (value_of g (_ + _)).
  by apply: sum_ext => j; rewrite EW.
have Er : rho r 1 = 1 by case: r => //=; rewrite Rinv_1.
rewrite -[LHS]/(rho r 1 * square_factor s * (\sum_(i : 'I_1) (activations net (column X k) 1 i - y k) ^ 2)).
by rewrite Er sum_I1 Ez /v /neuron -/c; ring.
Qed.

(** ** Listings *)

(** [listing.relu_layer_forward]. *)
Theorem listing_relu_layer_forward : forall (m n N : nat) (W : 'M_(m, n)) (b : 'V_m) (A_prev : 'M_(n, N)),
  let Z := W *m A_prev +v outer b (ones _) in let A := elementwise relu Z in
  (forall i k, Z (i, k) = (W *m A_prev) (i, k) + b i) /\
  (forall k, column Z k = dense W b (column A_prev k) /\ column A k = layer relu W b (column A_prev k)) /\
  Z^T = A_prev^T *m W^T +v outer (ones _) b.
Proof.
move=> m n N W b A_prev Z A; have [E [R _]] := dense_batch W b A_prev.
split; first by move=> i k; rewrite /Z /vadd /outer /ones Rmult_1_r.
split=> [k|]; last by rewrite -R.
have Ek : column Z k = dense W b (column A_prev k) := E k.
by split=> //; rewrite /layer -Ek.
Qed.

(** [listing.relu_layer_backward]; [c] is [relu_at_zero]. *)
Theorem listing_relu_layer_backward : forall (l m n N : nat) (c : R) (W_next : 'M_(l, m)) (b_next : 'V_l)
    (dZ_next : 'M_(l, N)) (Z : 'M_(m, N)) (A_prev : 'M_(n, N)) (S : 'M_(l, N) -> R) (W : 'M_(m, n)) (b : 'V_m),
  let dA := W_next^T *m dZ_next in let dZ := elementwise (relu_slope c) Z .* dA in
  let dW := dZ *m A_prev^T in let db := dZ *v ones _ in
  let next A := S (W_next *m A +v outer b_next (ones _)) in
  is_gradient S (W_next *m elementwise relu Z +v outer b_next (ones _)) dZ_next ->
  (forall i k, Z (i, k) <> 0) -> W *m A_prev +v outer b (ones _) = Z ->
  is_gradient next (elementwise relu Z) dA /\
  is_gradient (fun Z => next (elementwise relu Z)) Z dZ /\
  is_gradient (fun W => next (elementwise relu (W *m A_prev +v outer b (ones _)))) W dW /\
  is_gradient (fun b => next (elementwise relu (W *m A_prev +v outer b (ones _)))) b db.
Proof.
move=> l m n N c Wn bn dZn Z Ap S W b dA dZ dW db next HS nz EZ.
have [GA _] := dense_batch_gradients (S := S) (W := Wn) (b := bn) (X := elementwise relu Z) HS.
have GZ : is_gradient (fun Z => next (elementwise relu Z)) Z dZ.
  apply: gradient_eq (gradient_each (F := next) (g := relu) (dg := relu_slope c) (z := Z) _ GA) _ => [[i k]|p].
    by apply: relu_derive; exact: nz.
  exact: Rmult_comm.
have GZ' : is_gradient (fun Z => next (elementwise relu Z)) (batch_dense W b Ap) dZ by rewrite /batch_dense EZ.
have [_ [GW [Gb _]]] := dense_batch_gradients GZ'.
by split; [exact: GA|split].
Qed.

Lemma listing_relu_layer_backward_satisfiable (l m N : nat) (W_next : 'M_(l, m)) (b_next : 'V_l) (dZ_next : 'M_(l, N))
    (Z : 'M_(m, N)) : exists S, is_gradient S (W_next *m elementwise relu Z +v outer b_next (ones _)) dZ_next.
Proof. by exists (fun Z => dot dZ_next Z); exact: gradient_dot. Qed.

(** [listing.classifier_forward]. *)
Theorem listing_classifier_forward : forall (w : nat -> nat) (L N : nat) (net : network w) (X : 'M_(w 0%N, N))
    (Z A : forall l, 'M_(w l, N)), (0 < L)%N ->
  network_of net L (fun _ => Relu) Categorical ->
  A 0%N = X ->
  (forall l, (0 < l <= L)%N -> Z l = weight net l *m A l.-1 +v outer (bias net l) (ones _)) ->
  (forall l, (0 < l < L)%N -> A l = elementwise (Rmax 0) (Z l)) ->
  A L = columnwise softmax (Z L) ->
  forall l, (0 < l <= L)%N -> Z l = batch_preactivations net X l /\ A l = batch_activations net X l.
Proof.
move=> w L N net X Z A L0 [E EL] A0 HZ HA HAL.
have HA' l : (l <= L)%N -> A l = batch_activations net X l.
  elim: l => [//|l IH] lL.
  have l1 : (0 < l.+1 <= L)%N by [].
  have EZ : Z l.+1 = batch_preactivations net X l.+1 by rewrite HZ // IH ?(ltnW lL).
  move: lL; rewrite leq_eqVlt => /orP[/eqP El|lL].
    subst L; rewrite HAL EZ; apply: mat_eq => i k.
    by rewrite -[RHS]/(act net l.+1 (column (batch_preactivations net X l.+1) k) i) EL.
  have l2 : (0 < l.+1 < L)%N by [].
  rewrite HA // EZ; apply: mat_eq => i k.
  by rewrite -[RHS]/(act net l.+1 (column (batch_preactivations net X l.+1) k) i) E.
move=> l lL; split; last by apply: HA'; case/andP: lL.
rewrite HZ // HA' //; case/andP: lL => _ lL; exact: leq_trans (leq_pred l) lL.
Qed.

(** [listing.classifier_backward]: the labels sum to one; [t] is [/ INR N]. *)
Theorem listing_classifier_backward : forall (w : nat -> nat) (L N : nat) (net : network w) (c : R)
    (X : 'M_(w 0%N, N)) (Y : 'M_(w L, N)) (dZ : forall l, 'M_(w l, N)),
  let A := batch_activations net X in let t := / INR N in
  network_of net L (fun _ => Relu) Categorical -> (0 < L)%N ->
  (forall k, exists j, column Y k = unit_vector j) ->
  dZ L = t *: (A L -v Y) ->
  (forall l, (0 < l < L)%N -> dZ l = elementwise (relu_slope c) (batch_preactivations net X l) .*
    ((weight net l.+1)^T *m dZ l.+1)) ->
  (* scaled_last *) (forall dZ1 : forall l, 'M_(w l, N), dZ1 L = A L -v Y ->
    (forall l, (0 < l < L)%N -> dZ1 l = elementwise (relu_slope c) (batch_preactivations net X l) .*
      ((weight net l.+1)^T *m dZ1 l.+1)) ->
    forall l, (0 < l <= L)%N ->
    dZ l *m (A l.-1)^T = t *: (dZ1 l *m (A l.-1)^T) /\ dZ l *v ones _ = t *: (dZ1 l *v ones _)) /\
  ((forall l i k, (0 < l < L)%N -> batch_preactivations net X l (i, k) <> 0) ->
    let C net := - t * (\sum_k \sum_i Y (i, k) * ln (batch_activations net X L (i, k))) in
    forall l, (0 < l <= L)%N ->
    is_gradient (fun M => C (with_weight net l M)) (weight net l) (dZ l *m (A l.-1)^T) /\
    is_gradient (fun b => C (with_bias net l b)) (bias net l) (dZ l *v ones _)).
Proof.
move=> w L N net c X Y dZ A t Hn L0 one EL B; split.
  move=> dZ1 EL1 B1.
  have E n l : l = (L - n)%N -> (0 < l <= L)%N -> dZ l = t *: dZ1 l.
    elim: n l => [|n IH] l El /andP[l0 lL]; first by rewrite El subn0 EL EL1.
    move: lL; rewrite leq_eqVlt => /orP[/eqP ->|lL]; first by rewrite EL EL1.
    have lL' : (0 < l < L)%N by rewrite l0.
    have S : l.+1 = (L - n)%N by rewrite El subnSK //; move: l0; rewrite El subn_gt0; exact: ltnW.
    rewrite (B l lL') (B1 l lL') (IH l.+1 S) ?lL //.
    have -> : (weight net l.+1)^T *m (t *: dZ1 l.+1) = t *: ((weight net l.+1)^T *m dZ1 l.+1).
      by apply: mat_eq => i k; rewrite /mulmm /vscale sum_mull; apply: sum_ext => q; ring.
    by apply: mat_eq => i k; rewrite /hadamard /vscale; ring.
  move=> l lL; have /andP[_ le] := lL; rewrite (E (L - l)%N l) ?subKn //; split.
  - by apply: mat_eq => i j; rewrite /mulmm /vscale sum_mull; apply: sum_ext => k; ring.
  - by apply: vec_eq => i; rewrite /mulmv /vscale sum_mull; apply: sum_ext => k; ring.
move=> K C l lL.
have EC net' : C net' = cost net' Categorical t X Y.
  rewrite /C /cost /cost_of -Ropp_mult_distr_l Ropp_mult_distr_r sum_opp; congr (_ * _); apply: sum_ext => k.
  by rewrite /loss_of /categorical_cross_entropy; congr (- _); apply: sum_ext => i; rewrite batch_entry.
have off : off_kinks net L (fun _ => Relu) Categorical X by split=> [l' lL' i k|i k //]; exact: K.
have DL : dZ L = t *: (fun '(i, k) =>
    last_delta_of Categorical c 0 (column (batch_preactivations net X L) k) (column Y k) i).
  rewrite EL; congr (_ *: _); apply: mat_eq => i k; have [j Ej] := one k; have [_ HL] := Hn.
  rewrite -[LHS]/(A L (i, k) - column Y k i).
  rewrite -[RHS]/(last_delta_of Categorical c 0 (column (batch_preactivations net X L) k) (column Y k) i).
  rewrite Ej /last_delta_of /A batch_entry activations_act // HL batch_column_preactivations.
  have -> : \sum_q unit_vector j q = 1.
    by rewrite (@sum_single _ j) => [|q ne]; rewrite /unit_vector ?delta_same ?delta_other.
  by rewrite Rmult_1_l.
have BD : forall l, (0 < l < L)%N -> dZ l = ((weight net l.+1)^T *m dZ l.+1) .*
    elementwise (slope_of c 0 Relu) (batch_preactivations net X l).
  by move=> l' lL'; rewrite (B l' lL'); apply: vec_eq => p; exact: Rmult_comm.
have [GW [Gb _]] := network_gradients Hn off DL BD lL.
by split; [apply: gradient_ext GW => M|apply: gradient_ext Gb => b]; rewrite EC.
Qed.
