(** * Chapter 7: the same gradients in other forms, and properties

    As in [Networks_Batch.v], the losses are any functions of the output and the factor of the cost is [rho]. *)

From Gradspec Require Import Base Activations Layers Networks Networks_Batch.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** The four equations *)

(** [backpropagation.four_equations]: [v k] is the gradient of the loss of sample [k] at its output, [J k] the Jacobian
    of the last activation. *)
Theorem backpropagation_four_equations : forall (w : nat -> nat) (net : network w) (L N : nat)
    (phi dphi : nat -> R -> R) (rho : R) (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (v : 'I_N -> 'V_(w L))
    (J : 'I_N -> 'M_(w L, w L)) (delta : 'I_N -> forall l, 'V_(w l)),
  (0 < L)%N -> elementwise_hidden net L phi -> (forall k, smooth_hidden net L phi dphi (column X k)) ->
  (forall k, is_gradient (loss k) (activations net (column X k) L) (v k)) ->
  (forall k, is_jacobian (act net L) (preactivations net (column X k) L) (J k)) ->
  (* BP1 *) (forall k j, delta k L j = \sum_i v k i * J k (i, j)) ->
  (* BP2 *) (forall k l, (0 < l < L)%N ->
    delta k l = ((weight net l.+1)^T *v delta k l.+1) .* slopes net dphi (column X k) l) ->
  (forall k, (J k = diag (slopes net dphi (column X k) L)) -> delta k L = v k .* slopes net dphi (column X k) L) /\
  forall l, (0 < l <= L)%N ->
  (* BP3 *) (forall k, is_gradient (fun c => loss k (activations (with_bias net l c) (column X k) L)) (bias net l)
    (delta k l)) /\
  (* BP4 *) (forall k, is_gradient (fun M => loss k (activations (with_weight net l M) (column X k) L)) (weight net l)
    (fun '(j, q) => activations net (column X k) l.-1 q * delta k l j)) /\
  is_gradient (fun c => cost_of (with_bias net l c) rho loss X) (bias net l) (fun j => rho * (\sum_k delta k l j)) /\
  is_gradient (fun M => cost_of (with_weight net l M) rho loss X) (weight net l)
    (fun '(j, q) => rho * (\sum_k activations net (column X k) l.-1 q * delta k l j)).
Proof.
move=> w net L N phi dphi rho loss X v J delta L0 E S Hv HJ B1 B2.
have EL k : delta k L = (J k)^T *v v k.
  by apply: vec_eq => j; rewrite B1; apply: sum_ext => i; rewrite /transpose Rmult_comm.
split.
  by move=> k EJ; rewrite EL EJ transpose_diag mulmv_diag; apply: vec_eq => i; exact: Rmult_comm.
move=> l lL.
have HL k : is_gradient (fun z => loss k (act net L z)) (preactivations net (column X k) L) (delta k L).
  by rewrite EL; exact: last_delta.
have par k := gradient_parameters lL (errors E (S k) (HL k) (B2 k) lL).
have P3 k := proj1 (proj2 (par k)).
have P4 k : is_gradient (fun M => loss k (activations (with_weight net l M) (column X k) L)) (weight net l)
    (fun '(j, q) => activations net (column X k) l.-1 q * delta k l j).
  by apply: gradient_eq (proj1 (par k)) _ => -[j q]; exact: Rmult_comm.
split=> //; split=> //; split; first exact: (gradient_cost rho P3).
by apply: gradient_eq (gradient_cost rho P4) _ => -[j q].
Qed.

Lemma backpropagation_four_equations_satisfiable (w : nat -> nat) (net : network w) (L : nat) (dphi : nat -> R -> R) x
    (v : 'V_(w L)) (J : 'M_(w L, w L)) : exists delta,
  (forall j, delta L j = \sum_i v i * J (i, j)) /\ backpropagated net L dphi x delta.
Proof.
have [delta [E B]] := backpropagated_satisfiable net dphi x (J^T *v v); exists delta; split=> // j.
by rewrite E; apply: sum_ext => i; rewrite /transpose Rmult_comm.
Qed.

(** ** The chain of Jacobians *)

(** The Jacobians of a layer: with respect to what it is fed, to its bias and to its weights.  The matrix of
    [fun '(i, (p, q)) => delta i p * a q] is the Kronecker product of the identity and the row [a]. *)
Lemma layer_jacobians (w : nat -> nat) (net : network w) (l : nat) a (J : 'M_(w l, w l)) :
  is_jacobian (act net l) (dense (weight net l) (bias net l) a) J ->
  is_jacobian (layer_map net l) a (J *m weight net l) /\
  is_jacobian (fun c => act net l (dense (weight net l) c a)) (bias net l) J /\
  is_jacobian (fun M => act net l (dense M (bias net l) a)) (weight net l)
    (J *m (fun '(i, (p, q)) => delta i p * a q)).
Proof.
move=> H; split; first exact: jacobian_comp (proj1 (dense_jacobian_x _ _ _)) H.
split; last exact: jacobian_comp (proj1 (dense_jacobian_weights _ _ _)) H.
by apply: jacobian_eq (jacobian_comp (dense_jacobian_bias _ _ _) H) _; exact: mulmm_identity_r.
Qed.

(** One sample.  [P k] is the product of the Jacobians of the layers [l + 1] to [k], the last layer first; the row [v^T]
    of the derivatives of the loss stands to the left of all. *)
Lemma jacobian_chain_sample : forall (w : nat -> nat) (net : network w) (L : nat) (x : 'V_(w 0%N))
    (loss : 'V_(w L) -> R) (v : 'V_(w L)) (J : forall k, 'M_(w k, w k)) (l : nat) (P : forall k, 'M_(w k, w l)),
  (0 < l <= L)%N ->
  (forall k, (l <= k <= L)%N -> is_jacobian (act net k) (preactivations net x k) (J k)) ->
  is_gradient loss (activations net x L) v ->
  P l = identity _ -> (forall k, (l <= k < L)%N -> P k.+1 = (J k.+1 *m weight net k.+1) *m P k) ->
  let kronecker : mat (ordinal_finType (w l)) (prod_finType (ordinal_finType (w l)) (ordinal_finType (w l.-1))) :=
    fun '(i, (p, q)) => delta i p * activations net x l.-1 q in
  let row : 'M_(1, w L) := fun '(_, i) => v i in
  (forall k, (l <= k <= L)%N -> is_jacobian (layer_map net k) (activations net x k.-1) (J k *m weight net k)) /\
  is_jacobian (fun c => activations (with_bias net l c) x l) (bias net l) (J l) /\
  is_jacobian (fun M => activations (with_weight net l M) x l) (weight net l) (J l *m kronecker) /\
  is_jacobian (between net l L) (activations net x l) (P L) /\
  is_gradient (fun M => loss (activations (with_weight net l M) x L)) (weight net l)
    (fun pq => ((row *m P L) *m (J l *m kronecker)) (i1, pq)) /\
  is_gradient (fun c => loss (activations (with_bias net l c) x L)) (bias net l)
    (fun p => ((row *m P L) *m J l) (i1, p)).
Proof.
move=> w net L x loss v J l P lL HJ Hv P0 Pk kr row; have [l0 lL'] := andP lL.
have lay k : (l <= k <= L)%N -> is_jacobian (layer_map net k) (activations net x k.-1) (J k *m weight net k).
  by move=> kL; have [] := layer_jacobians (HJ k kL).
have ll : (l <= l <= L)%N by rewrite leqnn.
have [_ [Jb JW]] := layer_jacobians (HJ l ll).
have l1 : (0 < l <= l)%N by rewrite l0 leqnn.
have Pb : is_jacobian (fun c => activations (with_bias net l c) x l) (bias net l) (J l).
  by apply: jacobian_ext Jb => c i; rewrite output_bias // between_same.
have PW : is_jacobian (fun M => activations (with_weight net l M) x l) (weight net l) (J l *m kr).
  by apply: jacobian_ext JW => c i; rewrite output_weight // between_same.
have PL k : (l <= k <= L)%N -> is_jacobian (between net l k) (activations net x l) (P k).
  elim: k => [|k IH] /andP[lk kL]; first by move: lk; rewrite leqn0 => /eqP E; rewrite E in l0.
  move: lk; rewrite leq_eqVlt => /orP[/eqP E|lk].
    by subst l; rewrite P0; apply: jacobian_ext (jacobian_id _) => a i; rewrite between_same.
  rewrite Pk; last by rewrite -ltnS lk.
  apply: (jacobian_ext (f := fun a => layer_map net k.+1 (between net l k a))) => [a i|].
    by rewrite between_step.
  have lk' : (l <= k <= L)%N by rewrite -ltnS lk ltnW.
  apply: jacobian_comp (IH lk') _.
  rewrite (_ : between net l k (activations net x l) = activations net x k); last first.
    by rewrite !activations_between -between_comp //; have [] := andP lk'.
  by apply: (lay k.+1); rewrite (ltnW lk).
have LL : (l <= L <= L)%N by rewrite lL' leqnn.
do 4!split=> //; first exact: PL.
have Hv' : is_gradient loss (between net l L (activations net x l)) v.
  by rewrite (_ : between _ _ _ _ = activations net x L) // !activations_between -between_comp.
have G : is_gradient (fun a => loss (between net l L a)) (activations net x l) ((P L)^T *v v).
  exact: gradient_comp (PL L LL) Hv'.
have act_b : activations (with_bias net l (bias net l)) x l = activations net x l.
  by rewrite output_bias // between_same [RHS]activations_act.
have act_W : activations (with_weight net l (weight net l)) x l = activations net x l.
  by rewrite output_weight // between_same [RHS]activations_act.
have GW : is_gradient (fun a => loss (between net l L a)) (activations (with_weight net l (weight net l)) x l)
    ((P L)^T *v v) by rewrite act_W.
have Gb : is_gradient (fun a => loss (between net l L a)) (activations (with_bias net l (bias net l)) x l)
    ((P L)^T *v v) by rewrite act_b.
have Er p : ((P L)^T *v v) p = (row *m P L) (i1, p).
  by rewrite /mulmv /mulmm; apply: sum_ext => i; rewrite /transpose Rmult_comm.
split.
- apply: (gradient_ext (f := fun M => loss (between net l L (activations (with_weight net l M) x l)))) => [M|].
    by rewrite !output_weight // between_same.
  apply: gradient_eq (gradient_comp PW GW) _ => pq.
  by rewrite mulmv_tr; apply: sum_ext => i; rewrite Er Rmult_comm.
- apply: (gradient_ext (f := fun c => loss (between net l L (activations (with_bias net l c) x l)))) => [c|].
    by rewrite !output_bias // between_same.
  apply: gradient_eq (gradient_comp Pb Gb) _ => p.
  by rewrite mulmv_tr; apply: sum_ext => i; rewrite Er Rmult_comm.
Qed.

(** [backpropagation.jacobian_chain], with [x s], [v s], [J s] and [P s] of the sample [s]. *)
Theorem backpropagation_jacobian_chain : forall (w : nat -> nat) (net : network w) (L N : nat) (rho : R)
    (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (v : 'I_N -> 'V_(w L))
    (J : 'I_N -> forall k, 'M_(w k, w k)) (l : nat) (P : 'I_N -> forall k, 'M_(w k, w l)),
  let x s := column X s in
  (0 < l <= L)%N ->
  (forall s k, (l <= k <= L)%N -> is_jacobian (act net k) (preactivations net (x s) k) (J s k)) ->
  (forall s, is_gradient (loss s) (activations net (x s) L) (v s)) ->
  (forall s, P s l = identity _) ->
  (forall s k, (l <= k < L)%N -> P s k.+1 = (J s k.+1 *m weight net k.+1) *m P s k) ->
  let kronecker s : mat (ordinal_finType (w l))
      (prod_finType (ordinal_finType (w l)) (ordinal_finType (w l.-1))) :=
    fun '(i, (p, q)) => delta i p * activations net (x s) l.-1 q in
  let row s : 'M_(1, w L) := fun '(_, i) => v s i in
  (forall s,
    (forall k, (l <= k <= L)%N ->
      is_jacobian (layer_map net k) (activations net (x s) k.-1) (J s k *m weight net k)) /\
    is_jacobian (fun c => activations (with_bias net l c) (x s) l) (bias net l) (J s l) /\
    is_jacobian (fun M => activations (with_weight net l M) (x s) l) (weight net l)
      (J s l *m kronecker s) /\
    is_jacobian (between net l L) (activations net (x s) l) (P s L) /\
    is_gradient (fun M => loss s (activations (with_weight net l M) (x s) L)) (weight net l)
      (fun pq => ((row s *m P s L) *m (J s l *m kronecker s)) (i1, pq)) /\
    is_gradient (fun c => loss s (activations (with_bias net l c) (x s) L)) (bias net l)
      (fun p => ((row s *m P s L) *m J s l) (i1, p))) /\
  is_gradient (fun M => cost_of (with_weight net l M) rho loss X) (weight net l)
    (fun pq => rho * (\sum_s ((row s *m P s L) *m (J s l *m kronecker s)) (i1, pq))) /\
  is_gradient (fun c => cost_of (with_bias net l c) rho loss X) (bias net l)
    (fun p => rho * (\sum_s ((row s *m P s L) *m J s l) (i1, p))).
Proof.
move=> w net L N rho loss X v J l P x lL HJ Hv P0 Pk kr row.
have H s := jacobian_chain_sample lL (HJ s) (Hv s) (P0 s) (Pk s).
split; first exact: H.
split; apply: (gradient_cost rho) => s; have [_ [_ [_ [_ [GW Gb]]]]] := H s; [exact: GW|exact: Gb].
Qed.

Lemma backpropagation_jacobian_chain_satisfiable (w : nat -> nat) (net : network w) (J : forall k, 'M_(w k, w k))
    (l L : nat) : (l <= L)%N -> exists P : forall k, 'M_(w k, w l),
  P l = identity _ /\ forall k, (l <= k < L)%N -> P k.+1 = (J k.+1 *m weight net k.+1) *m P k.
Proof.
elim: L => [|L IH].
  rewrite leqn0 => /eqP E; subst l.
  exists (with_layer (T := fun k => 'M_(w k, w 0%N)) (fun k => fun _ => 0) 0%N (identity _)).
  by split=> [|k]; [exact: (@with_layer_same (fun k => 'M_(w k, w 0%N)))|rewrite ltn0 andbF].
rewrite leq_eqVlt => /orP[/eqP E|lL].
  subst l; exists (with_layer (T := fun k => 'M_(w k, w L.+1)) (fun k => fun _ => 0) L.+1 (identity _)).
  split=> [|k /andP[a b]]; first exact: (@with_layer_same (fun k => 'M_(w k, w L.+1))).
  by move: (leq_trans b a); rewrite ltnn.
have [P [P0 Pk]] := IH lL.
exists (with_layer (T := fun k => 'M_(w k, w l)) P L.+1 ((J L.+1 *m weight net L.+1) *m P L)).
have other k : k <> L.+1 ->
    with_layer (T := fun k => 'M_(w k, w l)) P L.+1 ((J L.+1 *m weight net L.+1) *m P L) k = P k.
  exact: (@with_layer_other (fun k => 'M_(w k, w l))).
split; first by rewrite other // => E; rewrite E ltnn in lL.
move=> k /andP[lk]; rewrite ltnS leq_eqVlt => /orP[/eqP ->|kL].
  by rewrite (@with_layer_same (fun k => 'M_(w k, w l))) other //; exact: n_Sn.
have ne : k <> L.+1 by move=> E; move: kL; rewrite E ltnNge (leqnSn L).
have ne' : k.+1 <> L.+1 by move=> [E]; rewrite E ltnn in kL.
by rewrite (other _ ne) (other _ ne') Pk // lk.
Qed.

(** ** Matrices of a batch *)

(** [backpropagation.vectorised], equations (21) to (25); [Delta] holds the deltas of the last layer. *)
Theorem backpropagation_vectorised : forall (w : nat -> nat) (net : network w) (L N : nat) (phi dphi : nat -> R -> R)
    (t : R) (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (Delta : 'M_(w L, N)) (dZ dA : forall l, 'M_(w l, N)),
  elementwise_hidden net L phi -> (forall k, smooth_hidden net L phi dphi (column X k)) ->
  (forall k, is_gradient (fun z => loss k (act net L z)) (column (batch_preactivations net X L) k) (column Delta k)) ->
  (* 21 *) dZ L = t *: Delta ->
  (* 22 *) (forall l, (2 <= l <= L)%N -> dA l.-1 = (weight net l)^T *m dZ l) ->
  (* 23 *) (forall l, (2 <= l <= L)%N -> dZ l.-1 = batch_slopes net dphi X l.-1 .* dA l.-1) ->
  (forall l, (0 < l <= L)%N ->
    is_gradient (cost_from net t loss l) (batch_preactivations net X l) (dZ l) /\
    (* 24 *) is_gradient (fun M => cost_of (with_weight net l M) t loss X) (weight net l)
      (dZ l *m (batch_activations net X l.-1)^T) /\
    (* 25 *) is_gradient (fun c => cost_of (with_bias net l c) t loss X) (bias net l)
      (fun i => \sum_k column (dZ l) k i)) /\
  (forall l, (2 <= l <= L)%N ->
    is_gradient (fun A => t * (\sum_k loss k (between net l.-1 L (column A k)))) (batch_activations net X l.-1)
      (dA l.-1)).
Proof.
move=> w net L N phi dphi t loss X Delta dZ dA E S HL E21 E22 E23.
have B : forall l, (0 < l < L)%N -> dZ l = ((weight net l.+1)^T *m dZ l.+1) .* batch_slopes net dphi X l.
  move=> l lL; have l2 : (2 <= l.+1 <= L)%N by [].
  by rewrite (E23 l.+1 l2) (E22 l.+1 l2); apply: vec_eq => p; exact: Rmult_comm.
have G l lL := network_gradients_batch E S HL E21 B (l := l) lL.
split=> l lL.
  have [GZ [GW [Gb _]]] := G l lL; do 2!split=> //.
  by apply: gradient_eq Gb _ => i; apply: sum_ext => k; rewrite /ones Rmult_1_r.
rewrite E22 //.
by have [|_ [_ [_ GA]]] := G l; first by case/andP: lL => l2 ->; rewrite (ltnW l2).
Qed.

Lemma backpropagation_vectorised_satisfiable (w : nat -> nat) (N : nat) (net : network w) (L : nat)
    (dphi : nat -> R -> R) (t : R) (X : 'M_(w 0%N, N)) (Delta : 'M_(w L, N)) :
  exists (dZ dA : forall l, 'M_(w l, N)), dZ L = t *: Delta /\
  (forall l, (2 <= l <= L)%N -> dA l.-1 = (weight net l)^T *m dZ l) /\
  (forall l, (2 <= l <= L)%N -> dZ l.-1 = batch_slopes net dphi X l.-1 .* dA l.-1).
Proof.
have [D [E B]] := batch_backpropagated_satisfiable net dphi X (t *: Delta).
exists D, (fun l => (weight net l.+1)^T *m D l.+1); split=> //; split=> [[//|l]|[//|l]] lL //.
by rewrite /= (B l lL); apply: vec_eq => p; exact: Rmult_comm.
Qed.

(** [backpropagation.rows]: a sample in each row. *)
Theorem backpropagation_rows : forall (w : nat -> nat) (net : network w) (L N : nat) (phi dphi : nat -> R -> R)
    (t : R) (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (Delta : 'M_(w L, N))
    (Z A dZ dA : forall l, 'M_(N, w l)),
  elementwise_hidden net L phi -> (forall k, smooth_hidden net L phi dphi (column X k)) ->
  (forall k, is_gradient (fun z => loss k (act net L z)) (column (batch_preactivations net X L) k) (column Delta k)) ->
  A 0%N = X^T ->
  (forall l, (0 < l)%N -> Z l = A l.-1 *m (weight net l)^T +v outer (ones _) (bias net l)) ->
  (forall l, (0 < l)%N -> A l = fun '(k, i) => act net l (row (Z l) k) i) ->
  dZ L = t *: Delta^T ->
  (forall l, (2 <= l <= L)%N -> dA l.-1 = dZ l *m weight net l) ->
  (forall l, (2 <= l <= L)%N -> dZ l.-1 = dA l.-1 .* elementwise (dphi l.-1) (Z l.-1)) ->
  (forall l, (0 < l)%N -> Z l = (batch_preactivations net X l)^T /\ A l = (batch_activations net X l)^T) /\
  (forall l, (0 < l <= L)%N ->
    is_gradient (fun M => cost_of (with_weight net l M) t loss X) (weight net l) ((dZ l)^T *m A l.-1) /\
    is_gradient (fun c => cost_of (with_bias net l c) t loss X) (bias net l) (fun i => \sum_k row (dZ l) k i)).
Proof.
move=> w net L N phi dphi t loss X Delta Z A dZ dA E S HL A0 HZ HA E21 E22 E23.
have EA : forall l, A l = (batch_activations net X l)^T.
  elim=> [//|l IH]; rewrite HA // HZ // IH /=.
  have [_ [R _]] := dense_batch (weight net l.+1) (bias net l.+1) (batch_activations net X l).
  by rewrite -R; apply: mat_eq => k i.
have EZ : forall l, (0 < l)%N -> Z l = (batch_preactivations net X l)^T.
  move=> l l0; rewrite HZ // EA.
  have [_ [R _]] := dense_batch (weight net l) (bias net l) (batch_activations net X l.-1).
  by rewrite -R.
split=> [l l0|l lL]; first by rewrite EZ ?EA.
have [|l' lL'|l' lL'|G _] := @backpropagation_vectorised w net L N phi dphi t loss X Delta (fun l => (dZ l)^T)
  (fun l => (dA l)^T) E S HL.
- by rewrite E21; apply: mat_eq => i k.
- by rewrite E22 // transpose_mulmm.
- have l0 : (0 < l'.-1)%N by case/andP: lL'; case: (l') => [|[|]].
  rewrite E23 //; apply: mat_eq => i k.
  by rewrite /transpose /hadamard /batch_slopes /elementwise (EZ _ l0) Rmult_comm.
have [_ [GW Gb]] := G l lL.
by split; [rewrite EA|].
Qed.

(** ** Upstream functions *)

(** [upstream.gradient]: the upstream function of layer [L] is [loss (act L z)], that of a layer before is
    [loss (between l L a)]. *)
Theorem upstream_gradient : forall (w : nat -> nat) (net : network w) (L : nat) (phi dphi : nat -> R -> R)
    (loss : 'V_(w L) -> R) (x : 'V_(w 0%N)) (delta d : forall l, 'V_(w l)),
  elementwise_hidden net L phi -> smooth_hidden net L phi dphi x ->
  is_gradient (fun z => loss (act net L z)) (preactivations net x L) (delta L) ->
  (forall l, (0 < l < L)%N -> delta l = ((weight net l.+1)^T *v delta l.+1) .* slopes net dphi x l) ->
  d L = delta L ->
  (forall l, (0 < l)%N -> l.+1 = L -> d l = (weight net l.+1)^T *v d l.+1) ->
  (forall l, (0 < l)%N -> (l.+1 < L)%N -> forall j, d l j = \sum_i
    d l.+1 i * dphi l.+1 (preactivations net x l.+1 i) * weight net l.+1 (i, j)) ->
  is_gradient (fun z => loss (act net L z)) (preactivations net x L) (d L) /\
  (forall l, (0 < l < L)%N ->
    is_gradient (fun a => loss (between net l L a)) (activations net x l) (d l) /\
    delta l = d l .* slopes net dphi x l) /\
  (forall l a, (0 < l)%N -> l.+1 = L ->
    loss (between net l L a) = loss (between net l.+1 L (act net l.+1 (weight net l.+1 *v a +v bias net l.+1)))) /\
  (forall l a, (0 < l)%N -> (l.+1 < L)%N ->
    loss (between net l L a) =
    loss (between net l.+1 L (elementwise (phi l.+1) (weight net l.+1 *v a +v bias net l.+1)))).
Proof.
move=> w net L phi dphi loss x delta d E S HL B dL d1 d2.
have Dd : forall l, (0 < l < L)%N -> d l = (weight net l.+1)^T *v delta l.+1.
  suff H n l : (l + n.+1)%N = L -> (0 < l)%N -> d l = (weight net l.+1)^T *v delta l.+1.
    move=> l /andP[l0 lL]; apply: (H (L - l.+1)%N) => //.
    by rewrite -addSnnS subnKC.
  elim: n l => [|n IH] l ln l0.
    have El : l.+1 = L by rewrite -ln addn1.
    have dL' : d l.+1 = delta l.+1 by rewrite El.
    by rewrite d1 // dL'.
  have lt : (l.+1 < L)%N by rewrite -ln -!addSnnS ltnS leq_addr.
  apply: vec_eq => j; rewrite d2 //; apply: sum_ext => i.
  have lt' : (0 < l.+1 < L)%N by rewrite lt.
  rewrite (B l.+1 lt') -(IH l.+1) ?addSnnS //.
  rewrite -[RHS]/(weight net l.+1 (i, j) * (d l.+1 i * dphi l.+1 (preactivations net x l.+1 i))); ring.
split; first by rewrite dL.
split=> [l lL|].
  have lL' : (0 < l.+1 <= L)%N by case/andP: lL.
  have [_ [_ G]] := gradient_parameters lL' (errors E S HL B lL').
  by rewrite (Dd l lL) {1}(B l lL); split.
split=> l a l0 lL.
  have lt : (l < L)%N by rewrite -lL.
  by rewrite (between_first net a lt).
rewrite (between_first net a (ltnW lL)).
by congr (loss (between net _ L _)); apply: vec_eq => i; rewrite /layer_map E // lL.
Qed.

Lemma upstream_gradient_satisfiable (w : nat -> nat) (net : network w) (L : nat) (dphi : nat -> R -> R) x
    (delta : forall l, 'V_(w l)) : backpropagated net L dphi x delta -> exists d : forall l, 'V_(w l),
  d L = delta L /\ (forall l, (0 < l)%N -> l.+1 = L -> d l = (weight net l.+1)^T *v d l.+1) /\
  (forall l, (0 < l)%N -> (l.+1 < L)%N -> forall j, d l j = \sum_i
    d l.+1 i * dphi l.+1 (preactivations net x l.+1 i) * weight net l.+1 (i, j)).
Proof.
move=> B.
pose d := with_layer (T := fun l => 'V_(w l)) (fun l => (weight net l.+1)^T *v delta l.+1) L (delta L).
have dL : d L = delta L by exact: (@with_layer_same (fun l => 'V_(w l))).
have other l : l <> L -> d l = (weight net l.+1)^T *v delta l.+1.
  exact: (@with_layer_other (fun l => 'V_(w l))).
exists d; split=> //; split=> [l l0 El|l l0 lL j].
  by subst L; rewrite dL other //; exact: n_Sn.
have ne : l <> L by move=> El; rewrite El ltnNge leqnSn in lL.
have ne' : l.+1 <> L by move=> El; rewrite El ltnn in lL.
rewrite other // other // mulmv_tr; apply: sum_ext => i.
have lL' : (0 < l.+1 < L)%N by rewrite lL.
by rewrite (B l.+1 lL') /hadamard /slopes /elementwise; exact: Rmult_comm.
Qed.

(** [upstream.parameter_gradients]: [d k] holds the upstream gradients of sample [k]. *)
Theorem upstream_parameter_gradients : forall (w : nat -> nat) (net : network w) (L N : nat) (phi dphi : nat -> R -> R)
    (rho : R) (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (d : 'I_N -> forall l, 'V_(w l)),
  elementwise_hidden net L phi -> (forall k, smooth_hidden net L phi dphi (column X k)) ->
  (forall k, is_gradient (fun z => loss k (act net L z)) (preactivations net (column X k) L) (d k L)) ->
  (forall k l, (0 < l < L)%N ->
    is_gradient (fun a => loss k (between net l L a)) (activations net (column X k) l) (d k l)) ->
  ((0 < L)%N ->
    is_gradient (fun M => cost_of (with_weight net L M) rho loss X) (weight net L)
      (fun '(j, q) => rho * (\sum_k d k L j * activations net (column X k) L.-1 q)) /\
    is_gradient (fun c => cost_of (with_bias net L c) rho loss X) (bias net L) (fun j => rho * (\sum_k d k L j))) /\
  (forall l, (0 < l < L)%N ->
    is_gradient (fun M => cost_of (with_weight net l M) rho loss X) (weight net l)
      (fun '(j, q) => rho * (\sum_k d k l j * dphi l (preactivations net (column X k) l j) *
        activations net (column X k) l.-1 q)) /\
    is_gradient (fun c => cost_of (with_bias net l c) rho loss X) (bias net l)
      (fun j => rho * (\sum_k d k l j * dphi l (preactivations net (column X k) l j)))).
Proof.
move=> w net L N phi dphi rho loss X d E S HL Hd; split=> [L0|l lL].
  have LL : (0 < L <= L)%N by rewrite L0 leqnn.
  have He k : is_gradient (fun z => loss k (between net L L (act net L z))) (preactivations net (column X k) L) (d k L).
    by apply: gradient_ext (HL k) => z; rewrite between_same.
  have par k := gradient_parameters LL (He k).
  split; last exact: (gradient_cost rho (fun k => proj1 (proj2 (par k)))).
  by apply: gradient_eq (gradient_cost rho (fun k => proj1 (par k))) _ => -[j q].
have [l0 lL'] := andP lL; have lL2 : (0 < l <= L)%N by rewrite l0 ltnW.
have He k : is_gradient (fun z => loss k (between net l L (act net l z))) (preactivations net (column X k) l)
    (d k l .* slopes net dphi (column X k) l).
  apply: (gradient_ext (f := fun z => loss k (between net l L (elementwise (phi l) z)))) => [z|].
    by congr (loss k (between net l L _)); apply: vec_eq => i; rewrite E.
  apply: (gradient_each (F := fun a => loss k (between net l L a))) => [i|]; first exact: S.
  have -> : elementwise (phi l) (preactivations net (column X k) l) = activations net (column X k) l.
    by rewrite activations_act //; apply: vec_eq => i; rewrite E.
  exact: Hd.
have par k := gradient_parameters lL2 (He k).
split; last exact: (gradient_cost rho (fun k => proj1 (proj2 (par k)))).
by apply: gradient_eq (gradient_cost rho (fun k => proj1 (par k))) _ => -[j q].
Qed.
