(** * Chapter 7: batches, their cost and its gradients

    A batch of [N] samples is a matrix with a sample in each column.  The cost of a batch is [rho] times the sum of the
    losses of its samples, with [rho = / INR N] for a mean and [rho = 1] for a sum; the theorems hold for every [rho].
    [loss k] is the loss of sample [k] as a function of the output, with the label of that sample in it. *)

From Gradspec Require Import Base Activations Layers Networks.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** A map of vectors, column by column. *)
Definition columnwise {T S K : finType} (g : vec T -> vec S) (Z : mat T K) : mat S K := fun '(i, k) => g (column Z k) i.

(** [network.forward] and [network.trace] for a batch. *)
Fixpoint batch_activations {w : nat -> nat} {N : nat} (net : network w) (X : 'M_(w 0%N, N)) (l : nat) : 'M_(w l, N) :=
  match l with
  | 0%N => X
  | l'.+1 => columnwise (act net l'.+1)
      (batch_dense (weight net l'.+1) (bias net l'.+1) (@batch_activations w N net X l'))
  end.
Arguments batch_activations {w N} net X l.
Definition batch_preactivations {w : nat -> nat} {N : nat} (net : network w) (X : 'M_(w 0%N, N)) (l : nat) :
    'M_(w l, N) :=
  batch_dense (weight net l) (bias net l) (batch_activations net X l.-1).
Arguments batch_preactivations {w N} net X l.
Definition batch_slopes {w : nat -> nat} {N : nat} (net : network w) (dphi : nat -> R -> R) (X : 'M_(w 0%N, N))
    (l : nat) : 'M_(w l, N) := elementwise (dphi l) (batch_preactivations net X l).
Arguments batch_slopes {w N} net dphi X l.

(** [network.cost], for any losses, and the cost as a function of the pre-activations of layer [l]. *)
Definition cost_of {w : nat -> nat} {N L : nat} (net : network w) (rho : R) (loss : 'I_N -> 'V_(w L) -> R)
    (X : 'M_(w 0%N, N)) : R := rho * (\sum_k loss k (activations net (column X k) L)).
Definition cost_from {w : nat -> nat} {N L : nat} (net : network w) (rho : R) (loss : 'I_N -> 'V_(w L) -> R) (l : nat)
    (Z : 'M_(w l, N)) : R := rho * (\sum_k loss k (between net l L (act net l (column Z k)))).
Arguments cost_from {w N L} net rho loss l Z.

(** ** Forward *)

Lemma batch_column (w : nat -> nat) (N : nat) (net : network w) (X : 'M_(w 0%N, N)) l k :
  column (batch_activations net X l) k = activations net (column X k) l.
Proof.
elim: l => [//|l IH] /=; apply: vec_eq => i.
by rewrite -[LHS]/(act net l.+1 (column (batch_dense _ _ _) k) i) (proj1 (dense_batch _ _ _)) IH.
Qed.

Lemma batch_column_preactivations (w : nat -> nat) (N : nat) (net : network w) (X : 'M_(w 0%N, N)) l k :
  column (batch_preactivations net X l) k = preactivations net (column X k) l.
Proof. by rewrite /batch_preactivations (proj1 (dense_batch _ _ _)) batch_column. Qed.

Lemma batch_entry (w : nat -> nat) (N : nat) (net : network w) (X : 'M_(w 0%N, N)) l k i :
  batch_activations net X l (i, k) = activations net (column X k) l i.
Proof. by rewrite -batch_column. Qed.

Lemma batch_entry_preactivations (w : nat -> nat) (N : nat) (net : network w) (X : 'M_(w 0%N, N)) l k i :
  batch_preactivations net X l (i, k) = preactivations net (column X k) l i.
Proof. by rewrite -batch_column_preactivations. Qed.

(** [network.forward]: one sample, a batch in columns and in rows, and that samples do not mix. *)
Theorem network_forward : forall (w : nat -> nat) (net : network w) (N : nat) (x : 'V_(w 0%N)) (X X' : 'M_(w 0%N, N)),
  activations net x 0 = x /\
  (forall l, (0 < l)%N -> preactivations net x l = weight net l *v activations net x l.-1 +v bias net l /\
    activations net x l = act net l (preactivations net x l)) /\
  batch_activations net X 0 = X /\
  (forall l, (0 < l)%N ->
    batch_preactivations net X l = weight net l *m batch_activations net X l.-1 +v outer (bias net l) (ones _) /\
    batch_activations net X l = columnwise (act net l) (batch_preactivations net X l) /\
    (batch_preactivations net X l)^T =
      (batch_activations net X l.-1)^T *m (weight net l)^T +v outer (ones _) (bias net l)) /\
  (forall l k, column (batch_activations net X l) k = activations net (column X k) l) /\
  (forall l k, column X' k = column X k ->
    column (batch_activations net X' l) k = column (batch_activations net X l) k).
Proof.
move=> w net N x X X'; split=> //; split; first by move=> [].
split=> //; split.
  move=> [//|l] _; split=> //; split=> //; exact: (proj1 (proj2 (dense_batch _ _ _))).
by split=> [l k|l k E]; rewrite ?batch_column ?E.
Qed.

(** [network.trace]. *)
Theorem network_trace : forall (w : nat -> nat) (net : network w) (N : nat) (X : 'M_(w 0%N, N)) (l : nat) (k : 'I_N)
    (i : 'I_(w l)), (0 < l)%N ->
  batch_preactivations net X l (i, k) =
    \sum_j weight net l (i, j) * batch_activations net X l.-1 (j, k) + bias net l i /\
  batch_activations net X l (i, k) = act net l (column (batch_preactivations net X l) k) i /\
  (forall g : R -> R, (forall z, act net l z = elementwise g z) ->
    batch_activations net X l (i, k) = g (batch_preactivations net X l (i, k))).
Proof.
move=> w net N X [//|l] k i _; split.
  by rewrite -[LHS]/(\sum_j _ + bias net l.+1 i * 1) Rmult_1_r.
by split=> // g E; rewrite /= E.
Qed.

(** [downstream.value]: layer [l] is fed the activation of layer [l - 1], which depends on the layers before it alone. *)
Theorem downstream_value : forall (w : nat -> nat) (net net' : network w) (x : 'V_(w 0%N)) (l : nat), (0 < l)%N ->
  (l = 1%N -> forall i, activations net x 0 i = x i) /\
  activations net x l.-1 = between net 0 l.-1 x /\
  activations net x l = layer_map net l (activations net x l.-1) /\
  ((forall k, (0 < k < l)%N ->
      weight net' k = weight net k /\ bias net' k = bias net k /\ (forall z, act net' k z = act net k z)) ->
    activations net' x l.-1 = activations net x l.-1).
Proof.
move=> w net net' x [//|l] _; split=> //; split; first exact: (activations_between net x l).
split=> // E /=; elim: l E => [//|l IH] E /=.
have [|E1 [E2 E3]] := E l.+1; first by rewrite /= ltnS leqnn.
rewrite IH => [|k /andP[k0 kl]]; first by rewrite /layer_map E1 E2 E3.
by apply: E; rewrite k0 (leqW kl).
Qed.

(** ** The gradients of the cost *)

Lemma gradient_cost (S : finType) (N : nat) (rho : R) (f : 'I_N -> vec S -> R) x (g : 'I_N -> vec S) :
  (forall k, is_gradient (f k) x (g k)) ->
  is_gradient (fun z => rho * (\sum_k f k z)) x (fun j => rho * (\sum_k g k j)).
Proof. by move=> H; exact: gradient_scale (gradient_sum H). Qed.

(** A function of column [k]. *)
Lemma gradient_column (T : finType) (N : nat) (f : vec T -> R) (Z : mat T (ordinal_finType N)) k g :
  is_gradient f (column Z k) g -> is_gradient (fun Z => f (column Z k)) Z (fun '(i, l) => delta k l * g i).
Proof.
move=> H.
have J : is_jacobian (fun Z : mat T (ordinal_finType N) => column Z k) Z (fun '(i, (p, l)) => delta i p * delta k l).
  apply/jacobian_rows => i; apply: gradient_eq (gradient_entry (i, k) Z) _ => -[p l]; exact: delta_pair.
apply: gradient_eq (gradient_comp J H) _ => -[i l].
by rewrite mulmv_tr (@sum_single _ i) => [|p ne]; rewrite ?delta_same ?(delta_other ne); ring.
Qed.

Lemma gradient_columns (T : finType) (N : nat) (rho : R) (f : 'I_N -> vec T -> R) (Z D : mat T (ordinal_finType N)) :
  (forall k, is_gradient (f k) (column Z k) (column D k)) ->
  is_gradient (fun Z => rho * (\sum_k f k (column Z k))) Z (rho *: D).
Proof.
move=> H; apply: gradient_eq (gradient_cost rho (fun k => gradient_column (H k))) _ => -[i l].
by rewrite /vscale (@sum_single _ l) => [|k ne]; rewrite ?delta_same ?(delta_other ne) /column; ring.
Qed.

(** The recursion for a batch is the recursion for each sample. *)
Definition batch_backpropagated {w : nat -> nat} {N : nat} (net : network w) (L : nat) (dphi : nat -> R -> R)
    (X : 'M_(w 0%N, N)) (D : forall l, 'M_(w l, N)) : Prop :=
  forall l, (0 < l < L)%N -> D l = ((weight net l.+1)^T *m D l.+1) .* batch_slopes net dphi X l.

Lemma batch_deltas (w : nat -> nat) (N : nat) (net : network w) (L : nat) (dphi : nat -> R -> R) (rho : R)
    (X : 'M_(w 0%N, N)) (D : forall l, 'M_(w l, N)) (d : forall l, 'V_(w l)) (k : 'I_N) :
  batch_backpropagated net L dphi X D -> backpropagated net L dphi (column X k) d ->
  column (D L) k = rho *: d L -> forall l, (0 < l <= L)%N -> column (D l) k = rho *: d l.
Proof.
move=> BD Bd HL.
suff H n l : (l + n = L)%N -> (0 < l)%N -> column (D l) k = rho *: d l.
  by move=> l /andP[l0 lL]; apply: (H (L - l)%N) => //; exact: subnKC.
elim: n l => [|n IH] l ln l0; first by rewrite addn0 in ln; subst l.
have lL : (0 < l < L)%N by rewrite l0 -ln -addSnnS leq_addr.
rewrite (BD l lL) (Bd l lL); apply: vec_eq => i.
rewrite -[LHS]/(((weight net l.+1)^T *v column (D l.+1) k) i * batch_slopes net dphi X l (i, k)).
rewrite IH ?addSnnS // mulmv_scale /vscale /hadamard /batch_slopes /slopes /elementwise batch_entry_preactivations.
exact: Rmult_assoc.
Qed.

Lemma batch_backpropagated_satisfiable (w : nat -> nat) (N : nat) (net : network w) (L : nat) (dphi : nat -> R -> R)
    (X : 'M_(w 0%N, N)) (DL : 'M_(w L, N)) : exists D, D L = DL /\ batch_backpropagated net L dphi X D.
Proof.
have H k := backpropagated_satisfiable net dphi (column X k) (column DL k).
have [d Hd] := finite_function (fun l => vzero (ordinal_finType (w l))) H.
exists (fun l '(i, k) => d k l i); split.
  by apply: mat_eq => i k; have [-> _] := Hd k.
move=> l lL; apply: mat_eq => i k; have [_ B] := Hd k.
by rewrite (B l lL) /hadamard /slopes /batch_slopes /elementwise batch_entry_preactivations.
Qed.

(** [network.gradients] and [network.deltas] for a batch and any losses, in columns.  Column [k] of [dL] is the gradient
    of the loss of sample [k] with respect to the last pre-activation. *)
Theorem network_gradients_batch : forall (w : nat -> nat) (net : network w) (L N : nat) (phi dphi : nat -> R -> R)
    (rho : R) (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (dL : 'M_(w L, N)) (D : forall l, 'M_(w l, N)),
  elementwise_hidden net L phi -> (forall k, smooth_hidden net L phi dphi (column X k)) ->
  (forall k, is_gradient (fun z => loss k (act net L z)) (column (batch_preactivations net X L) k) (column dL k)) ->
  D L = rho *: dL ->
  (forall l, (0 < l < L)%N -> D l = ((weight net l.+1)^T *m D l.+1) .* batch_slopes net dphi X l) ->
  forall l, (0 < l <= L)%N ->
  is_gradient (cost_from net rho loss l) (batch_preactivations net X l) (D l) /\
  is_gradient (fun M => cost_of (with_weight net l M) rho loss X) (weight net l)
    (D l *m (batch_activations net X l.-1)^T) /\
  is_gradient (fun c => cost_of (with_bias net l c) rho loss X) (bias net l) (D l *v ones _) /\
  is_gradient (fun A => rho * (\sum_k loss k (between net l.-1 L (column A k)))) (batch_activations net X l.-1)
    ((weight net l)^T *m D l).
Proof.
move=> w net L N phi dphi rho loss X dL D E S HL DL BD l lL.
have H k := backpropagated_satisfiable net dphi (column X k) (column dL k).
have [d Hd] := finite_function (fun l => vzero (ordinal_finType (w l))) H.
have Dk k : column (D l) k = rho *: d k l.
  have [Ed Bd] := Hd k; apply: (batch_deltas BD Bd) => //.
  by rewrite DL Ed.
have err k : is_gradient (fun z => loss k (between net l L (act net l z))) (preactivations net (column X k) l) (d k l).
  have [Ed Bd] := Hd k; apply: (@errors _ _ _ phi dphi) => //.
  by rewrite Ed -batch_column_preactivations.
have par k := gradient_parameters lL (err k).
have ED i k : D l (i, k) = rho * d k l i by rewrite -[LHS]/(column (D l) k i) Dk.
split.
  have := @gradient_columns _ N rho (fun k z => loss k (between net l L (act net l z))) (batch_preactivations net X l)
    (fun '(i, k) => d k l i).
  have -> : rho *: (fun '(i, k) => d k l i) = D l by apply: mat_eq => i k; rewrite ED.
  by apply=> k; rewrite batch_column_preactivations; exact: err.
split.
  apply: gradient_eq (gradient_cost rho (fun k => proj1 (par k))) _ => -[p q].
  by rewrite sum_mull; apply: sum_ext => k; rewrite ED /outer /transpose batch_entry; ring.
split.
  apply: gradient_eq (gradient_cost rho (fun k => proj1 (proj2 (par k)))) _ => p.
  by rewrite sum_mull; apply: sum_ext => k; rewrite ED /ones; ring.
have := @gradient_columns _ N rho (fun k a => loss k (between net l.-1 L a)) (batch_activations net X l.-1)
  (fun '(i, k) => ((weight net l)^T *v d k l) i).
have -> : rho *: (fun '(i, k) => ((weight net l)^T *v d k l) i) = (weight net l)^T *m D l.
  apply: mat_eq => i k; rewrite /vscale /mulmv /mulmm sum_mull; apply: sum_ext => j; rewrite ED; ring.
by apply=> k; rewrite batch_column; exact: (proj2 (proj2 (par k))).
Qed.

(** The factor may come in at the end: the form [scaled_last]. *)
Lemma scaled_last : forall (w : nat -> nat) (net : network w) (L N : nat) (dphi : nat -> R -> R)
    (rho : R) (X : 'M_(w 0%N, N)) (dL : 'M_(w L, N)) (D D1 : forall l, 'M_(w l, N)),
  D L = rho *: dL -> batch_backpropagated net L dphi X D -> D1 L = dL -> batch_backpropagated net L dphi X D1 ->
  forall l, (0 < l <= L)%N -> D l = rho *: D1 l /\
    D l *m (batch_activations net X l.-1)^T = rho *: (D1 l *m (batch_activations net X l.-1)^T) /\
    D l *v ones _ = rho *: (D1 l *v ones _) /\
    (weight net l)^T *m D l = rho *: ((weight net l)^T *m D1 l).
Proof.
move=> w net L N dphi rho X dL D D1 DL BD DL1 BD1 l lL.
have ED i k : D l (i, k) = rho * D1 l (i, k).
  have [d [Ed Bd]] := backpropagated_satisfiable net dphi (column X k) (column dL k).
  have E1 : column (D l) k = rho *: d l by apply: (batch_deltas BD Bd) => //; rewrite DL Ed.
  have E2 : column (D1 l) k = 1 *: d l.
    by apply: (batch_deltas BD1 Bd) => //; rewrite DL1 Ed; apply: vec_eq => j; rewrite /vscale Rmult_1_l.
  transitivity (rho * d l i); first exact: (f_equal (fun v => v i) E1).
  by have := f_equal (fun v => v i) E2; rewrite /column /vscale => ->; rewrite Rmult_1_l.
split; first by apply: mat_eq => i k; exact: ED.
split; first by apply: mat_eq => i j; rewrite /mulmm /vscale sum_mull; apply: sum_ext => k; rewrite ED; ring.
split; first by rewrite -mulmv_scale; apply: vec_eq => i; apply: sum_ext => k; rewrite ED /ones /vscale; ring.
by apply: mat_eq => i k; rewrite /mulmm /vscale sum_mull; apply: sum_ext => j; rewrite ED; ring.
Qed.
