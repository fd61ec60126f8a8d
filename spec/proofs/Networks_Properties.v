(** * Chapter 7: properties

    As in [Networks_Batch.v], the losses are any functions of the output and the factor of the cost is [rho]. *)

From Gradspec Require Import Base Activations Layers Networks Networks_Batch.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Properties *)

(** [network.layouts_agree]: the batch of sample [k] alone has one column. *)
Theorem network_layouts_agree : forall (w : nat -> nat) (net : network w) (N : nat) (X : 'M_(w 0%N, N)) (l : nat)
    (k : 'I_N),
  let alone : 'M_(w 0%N, 1) := fun '(j, _) => X (j, k) in
  column (batch_activations net X l) k = column (batch_activations net alone l) i1 /\
  row (batch_activations net X l)^T k = row (batch_activations net alone l)^T i1.
Proof.
move=> w net N X l k alone.
have H : column (batch_activations net X l) k = column (batch_activations net alone l) i1 by rewrite !batch_column.
by split=> //; exact: H.
Qed.

(** The sum of the losses of the samples in another order. *)
Lemma cost_order (w : nat -> nat) (net : network w) (L N : nat) (rho : R) (loss : 'I_N -> 'V_(w L) -> R)
    (X : 'M_(w 0%N, N)) (s : 'I_N -> 'I_N) : bijective s ->
  cost_of net rho (fun k => loss (s k)) (fun '(i, k) => X (i, s k)) = cost_of net rho loss X.
Proof.
move=> Hs; have bs := onW_bij predT Hs; rewrite /cost_of; congr (_ * _).
by rewrite [RHS](reindex s).
Qed.

(** [network.sample_order]: [s] puts the samples, and their losses with the labels in them, into another order. *)
Theorem network_sample_order : forall (w : nat -> nat) (net : network w) (L N : nat) (rho : R)
    (loss : 'I_N -> 'V_(w L) -> R) (X : 'M_(w 0%N, N)) (s : 'I_N -> 'I_N), bijective s ->
  let X' : 'M_(w 0%N, N) := fun '(i, k) => X (i, s k) in let loss' k := loss (s k) in
  (forall l k, column (batch_activations net X' l) k = column (batch_activations net X l) (s k)) /\
  (forall l GW Gb, is_gradient (fun M => cost_of (with_weight net l M) rho loss X) (weight net l) GW ->
    is_gradient (fun c => cost_of (with_bias net l c) rho loss X) (bias net l) Gb ->
    is_gradient (fun M => cost_of (with_weight net l M) rho loss' X') (weight net l) GW /\
    is_gradient (fun c => cost_of (with_bias net l c) rho loss' X') (bias net l) Gb).
Proof.
move=> w net L N rho loss X s Hs X' loss'; split; first by move=> l k; rewrite !batch_column.
move=> l GW Gb HW Hb; split.
- by apply: gradient_ext HW => M; rewrite cost_order.
- by apply: gradient_ext Hb => c; rewrite cost_order.
Qed.

(** The recursion adds up as well: the gradients of the recursion of a batch are the sums over the samples, in every
    order; so the last part holds at kinks. *)
Lemma sample_order_recursion (w : nat -> nat) (net : network w) (L N : nat) (dphi : nat -> R -> R)
    (X : 'M_(w 0%N, N)) (s : 'I_N -> 'I_N) (D D' : forall l, 'M_(w l, N)) : bijective s ->
  let X' : 'M_(w 0%N, N) := fun '(i, k) => X (i, s k) in
  batch_backpropagated net L dphi X D -> batch_backpropagated net L dphi X' D' ->
  (forall i k, D' L (i, k) = D L (i, s k)) ->
  forall l, (0 < l <= L)%N ->
  D' l *m (batch_activations net X' l.-1)^T = D l *m (batch_activations net X l.-1)^T /\ D' l *v ones _ = D l *v ones _.
Proof.
move=> Hs X' B B' EL l lL.
have ED i k : D' l (i, k) = D l (i, s k).
  have [d [Ed Bd]] := backpropagated_satisfiable net dphi (column X (s k)) (column (D L) (s k)).
  have E1 : column (D l) (s k) = 1 *: d l.
    by apply: (batch_deltas B Bd) => //; rewrite Ed; apply: vec_eq => j; rewrite /vscale Rmult_1_l.
  have E2 : column (D' l) k = 1 *: d l.
    apply: (batch_deltas B' (k := k) (d := d)) => //; rewrite Ed; apply: vec_eq => j.
    by rewrite /vscale Rmult_1_l /column EL.
  by transitivity ((1 *: d l) i); [exact: (f_equal (fun v => v i) E2)|exact: (f_equal (fun v => v i) (esym E1))].
have bs := onW_bij predT Hs.
split.
  apply: mat_eq => p q; rewrite /mulmm [RHS](reindex s) //; apply: eq_bigr => k _.
  by rewrite ED /transpose !batch_entry.
by apply: vec_eq => p; rewrite /mulmv [RHS](reindex s) //; apply: eq_bigr => k _; rewrite ED.
Qed.

(** [network.batch_additive]: a batch of two parts, with [N1 + N2] samples. *)
Theorem network_batch_additive : forall (w : nat -> nat) (net : network w) (L N1 N2 : nat)
    (loss1 : 'I_N1 -> 'V_(w L) -> R) (loss2 : 'I_N2 -> 'V_(w L) -> R) (X1 : 'M_(w 0%N, N1)) (X2 : 'M_(w 0%N, N2)),
  let X : 'M_(w 0%N, N1 + N2) := fun '(i, k) => match split k with inl k => X1 (i, k) | inr k => X2 (i, k) end in
  let loss (k : 'I_(N1 + N2)) := match split k with inl k => loss1 k | inr k => loss2 k end in
  let N := (N1 + N2)%N in
  forall l, (0 < N1)%N -> (0 < N2)%N ->
  (forall g1 g2, is_gradient (fun M => cost_of (with_weight net l M) (/ INR N1) loss1 X1) (weight net l) g1 ->
    is_gradient (fun M => cost_of (with_weight net l M) (/ INR N2) loss2 X2) (weight net l) g2 ->
    is_gradient (fun M => cost_of (with_weight net l M) (/ INR N) loss X) (weight net l)
      ((/ INR N) *: ((INR N1 *: g1) +v (INR N2 *: g2)))) /\
  (forall g1 g2, is_gradient (fun M => cost_of (with_weight net l M) 1 loss1 X1) (weight net l) g1 ->
    is_gradient (fun M => cost_of (with_weight net l M) 1 loss2 X2) (weight net l) g2 ->
    is_gradient (fun M => cost_of (with_weight net l M) 1 loss X) (weight net l) (g1 +v g2)) /\
  (forall g1 g2, is_gradient (fun c => cost_of (with_bias net l c) (/ INR N1) loss1 X1) (bias net l) g1 ->
    is_gradient (fun c => cost_of (with_bias net l c) (/ INR N2) loss2 X2) (bias net l) g2 ->
    is_gradient (fun c => cost_of (with_bias net l c) (/ INR N) loss X) (bias net l)
      ((/ INR N) *: ((INR N1 *: g1) +v (INR N2 *: g2)))) /\
  (forall g1 g2, is_gradient (fun c => cost_of (with_bias net l c) 1 loss1 X1) (bias net l) g1 ->
    is_gradient (fun c => cost_of (with_bias net l c) 1 loss2 X2) (bias net l) g2 ->
    is_gradient (fun c => cost_of (with_bias net l c) 1 loss X) (bias net l) (g1 +v g2)).
Proof.
move=> w net L N1 N2 loss1 loss2 X1 X2 X loss N l n1 n2.
have C (net' : network w) t : cost_of net' t loss X = cost_of net' t loss1 X1 + cost_of net' t loss2 X2.
  rewrite /cost_of -Rmult_plus_distr_l; congr (_ * _); rewrite big_split_ord /=; congr (_ + _); apply: sum_ext => k.
  - have Ek : split (lshift N2 k) = inl k := unsplitK (inl k : 'I_N1 + 'I_N2).
    by rewrite /loss Ek; congr (loss1 k (activations _ _ _)); apply: vec_eq => i; rewrite /column /X Ek.
  - have Ek : split (rshift N1 k) = inr k := unsplitK (inr k : 'I_N1 + 'I_N2).
    by rewrite /loss Ek; congr (loss2 k (activations _ _ _)); apply: vec_eq => i; rewrite /column /X Ek.
have nz n : (0 < n)%N -> INR n <> 0 by move=> n0; apply: not_0_INR => H; rewrite H in n0.
have M1 (net' : network w) : cost_of net' (/ INR N) loss X =
    / INR N * (INR N1 * cost_of net' (/ INR N1) loss1 X1 + INR N2 * cost_of net' (/ INR N2) loss2 X2).
  rewrite C /cost_of -Rmult_plus_distr_l; congr (_ * _).
  by rewrite -!Rmult_assoc !Rinv_r ?Rmult_1_l //; exact: nz.
split=> [g1 g2 H1 H2|].
  apply: gradient_ext (gradient_scale (/ INR N) (gradient_plus (gradient_scale (INR N1) H1)
    (gradient_scale (INR N2) H2))) => M; by rewrite M1.
split=> [g1 g2 H1 H2|]; first by apply: gradient_ext (gradient_plus H1 H2) => M; rewrite C.
split=> [g1 g2 H1 H2|g1 g2 H1 H2]; last by apply: gradient_ext (gradient_plus H1 H2) => c; rewrite C.
apply: gradient_ext (gradient_scale (/ INR N) (gradient_plus (gradient_scale (INR N1) H1)
    (gradient_scale (INR N2) H2))) => c; by rewrite M1.
Qed.

(** [gradient.additive]: the products with [u + v], for every map that has them, for the formulas of the dense layer and
    for the recursion of a network; and the gradients of a sum of two losses. *)
Theorem gradient_additive :
  (forall (S T : finType) (f : vec S -> vec T) (x : vec S) (u v : vec T) (r s : vec S),
    is_vjp f x u r -> is_vjp f x v s -> is_vjp f x (u +v v) (r +v s)) /\
  (forall (m n : nat) (W : 'M_(m, n)) (x : 'V_n) (u v : 'V_m),
    W^T *v (u +v v) = W^T *v u +v W^T *v v /\ outer (u +v v) x = outer u x +v outer v x) /\
  (forall (m n N : nat) (W : 'M_(m, n)) (X : 'M_(n, N)) (U V : 'M_(m, N)),
    W^T *m (U +v V) = W^T *m U +v W^T *m V /\ (U +v V) *m X^T = U *m X^T +v V *m X^T /\
    (U +v V) *v ones _ = U *v ones _ +v V *v ones _) /\
  (forall (w : nat -> nat) (net : network w) (L : nat) (dphi : nat -> R -> R) (J : 'M_(w L, w L)) (x : 'V_(w 0%N))
    (u v : 'V_(w L)) (d e f : forall l, 'V_(w l)),
    d L = J^T *v u -> e L = J^T *v v -> f L = J^T *v (u +v v) ->
    backpropagated net L dphi x d -> backpropagated net L dphi x e -> backpropagated net L dphi x f ->
    forall l, (0 < l <= L)%N -> f l = d l +v e l) /\
  (forall (S : finType) (F G : vec S -> R) (x g h : vec S), is_gradient F x g -> is_gradient G x h ->
    is_gradient (fun z => F z + G z) x (g +v h)).
Proof.
split.
  move=> S T f x u v r s [J [HJ ->]] [K [HK ->]]; exists J; split=> //.
  by rewrite (jacobian_unique HK HJ) mulmv_add.
split.
  by move=> m n W x u v; rewrite mulmv_add; split=> //; apply: mat_eq => p q; rewrite /outer /vadd; ring.
split.
  move=> m n N W X U V; split.
    by apply: mat_eq => i k; rewrite /mulmm /vadd -sum_plus; apply: sum_ext => j; ring.
  split; first by apply: mat_eq => i k; rewrite /mulmm /vadd -sum_plus; apply: sum_ext => j; ring.
  by apply: vec_eq => i; rewrite /mulmv /vadd -sum_plus; apply: sum_ext => j; ring.
split; last by move=> S F G x g h; exact: gradient_plus.
move=> w net L dphi J x u v d e f Ed Ee Ef Bd Be Bf.
suff H n l : (l + n = L)%N -> (0 < l)%N -> f l = d l +v e l.
  by move=> l /andP[l0 lL]; apply: (H (L - l)%N) => //; exact: subnKC.
elim: n l => [|n IH] l ln l0.
  by rewrite addn0 in ln; subst l; rewrite Ef Ed Ee mulmv_add.
have lL : (0 < l < L)%N by rewrite l0 -ln -addSnnS leq_addr.
have E := IH l.+1; rewrite addSnnS in E.
rewrite (Bf l lL) (Bd l lL) (Be l lL) E // mulmv_add.
by apply: vec_eq => i; rewrite /hadamard /vadd; ring.
Qed.
