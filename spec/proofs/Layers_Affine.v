(** * Chapter 6: layers without activation

    What networks of affine layers are: one affine function, whose rank no hidden layer may undercut. *)

From Gradspec Require Import Base Activations Layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** [affine.composition]: layers without activation, of the widths [w 0], ..., [w L]; and that the rank of [A] is at most
    [r], said by a product through [r] numbers. *)
Fixpoint affine_layers {w : nat -> nat} (W : forall l, 'M_(w l, w l.-1)) (b : forall l, 'V_(w l)) (L : nat)
    (x : 'V_(w 0%N)) : 'V_(w L) :=
  match L with 0%N => x | l.+1 => dense (W l.+1) (b l.+1) (@affine_layers w W b l x) end.
Arguments affine_layers {w} W b L x.
Definition rank_at_most {m n : nat} (A : 'M_(m, n)) (r : nat) : Prop :=
  exists (U : 'M_(m, r)) (V : 'M_(r, n)), A = U *m V.

(** ** Layers without activation *)

Lemma dense_dense (S T U : finType) (W2 : mat U T) (b2 : vec U) (W1 : mat T S) (b1 : vec T) x :
  dense W2 b2 (dense W1 b1 x) = dense (W2 *m W1) (W2 *v b1 +v b2) x.
Proof. by rewrite /dense mulmv_add mulmv_mulmm; apply: vec_eq => i; rewrite /vadd; ring. Qed.

(** A matrix of zeros with ones at (1, 1), (2, 2), ... *)
Definition ones_along (m n : nat) : 'M_(m, n) := fun '(i, j) => if i == j :> nat then 1 else 0.
Arguments ones_along m n p : clear implicits.

Lemma mul_ones_along (r s n : nat) (A : 'M_(r, n)) (i : 'I_s) (q : 'I_r) j :
  i = q :> nat -> (ones_along s r *m A) (i, j) = A (q, j).
Proof.
move=> E; rewrite /mulmm /ones_along (@sum_single _ q) => [|k ne]; first by rewrite E eqxx /=; ring.
by rewrite E eq_sym (negbTE (ne : (k != q :> nat))) /=; ring.
Qed.

Lemma ones_along_back (r s : nat) : (r <= s)%N -> ones_along r s *m ones_along s r = identity _.
Proof.
move=> rs; apply: mat_eq => i j.
by rewrite (@mul_ones_along _ _ _ _ _ (widen_ord rs i)).
Qed.

Lemma rank_at_most_mono (m n r s : nat) (A : 'M_(m, n)) : (r <= s)%N -> rank_at_most A r -> rank_at_most A s.
Proof.
move=> rs [U [V ->]]; exists (U *m ones_along r s), (ones_along s r *m V).
by rewrite mulmmA -(mulmmA (ones_along r s)) ones_along_back // mulmm_identity_l.
Qed.

(** Fewer equations than unknowns have a solution that is not 0. *)
Lemma underdetermined (r p : nat) (V : 'M_(r, p)) : (r < p)%N -> exists h, V *v h = vzero _ /\ h <> vzero _.
Proof.
elim: r p V => [|r IH] p V rp.
  exists (ones _); split; first by apply: vec_eq => -[].
  by move=> /(f_equal (fun h => h (Ordinal rp))); rewrite /ones /vzero; lra.
pose V' : 'M_(r, p) := fun '(i, j) => V (lift ord0 i, j).
have [all0|[q nz]] : (forall j, V (ord0, j) = 0) \/ exists j, V (ord0, j) <> 0.
  case E : [exists j, ~~ Req_EM_T (V (ord0, j)) 0].
    by right; move/existsP: E => -[j]; case: Req_EM_T => // H _; exists j.
  left=> j; move/negbT: E; rewrite negb_exists => /forallP /(_ j); case: Req_EM_T => //.
- have [|h [Hh nz]] := IH p V'; first exact: ltnW.
  exists h; split=> //; apply: vec_eq => i; case: (unliftP ord0 i) => [k ->|->].
    by move/(f_equal (fun y => y k)): Hh.
  by rewrite /mulmv sum_zero // => j; rewrite all0; ring.
case: p V V' q rp nz => [|p] V V' q rp nz; first by case: q nz.
(* entry [q] is given by the others *)
pose V'' : 'M_(r, p) := fun '(i, k) =>
  V (lift ord0 i, lift q k) - V (lift ord0 i, q) * V (ord0, lift q k) / V (ord0, q).
have [|h [Hh hz]] := IH p V''; first exact: rp.
pose u := \sum_k V (ord0, lift q k) * h k; pose t := - u / V (ord0, q).
pose h' : 'V_p.+1 := fun j => if unlift q j is Some k then h k else t.
have Hq : h' q = t by rewrite /h' unlift_none.
have Hk k : h' (lift q k) = h k by rewrite /h' liftK.
have S (f : 'I_p.+1 -> R) : \sum_j f j = f q + \sum_k f (lift q k).
  rewrite (sum_remove q); congr (_ + _).
  rewrite (reindex_omap (lift q) (unlift q)) /=; last first.
    by move=> i; rewrite eq_sym => /unlift_some [k -> ->].
  by apply: eq_bigl => k; rewrite liftK eqxx andbT eq_sym neq_lift.
exists h'; split.
- apply: vec_eq => i; case: (unliftP ord0 i) => [i' ->|->]; rewrite /mulmv S Hq /vzero.
    have E : \sum_k V'' (i', k) * h k = 0 by move/(f_equal (fun y => y i')): Hh.
    rewrite -[RHS]E /V''.
    have -> : V (lift ord0 i', q) * t =
      \sum_k - (V (lift ord0 i', q) * V (ord0, lift q k) / V (ord0, q)) * h k.
      have -> : V (lift ord0 i', q) * t = - (V (lift ord0 i', q) / V (ord0, q)) * u.
        by rewrite /t; field.
      by rewrite /u sum_mull; apply: sum_ext => k; rewrite /Rdiv; ring.
    by rewrite -sum_plus; apply: sum_ext => k; rewrite Hk /=; ring.
  have -> : \sum_k V (ord0, lift q k) * h' (lift q k) = u by apply: sum_ext => k; rewrite Hk.
  have Z a : a <> 0 -> a * (- u / a) + u = 0 by move=> a0; field.
  exact: Z nz.
- move=> E; apply: hz; apply: vec_eq => k.
  by rewrite -Hk E.
Qed.

(** The identity of [p] rows has no smaller rank than [p]. *)
Lemma rank_identity (p r : nat) : rank_at_most (identity (ordinal_finType p)) r -> (p <= r)%N.
Proof.
move=> [U [V E]]; rewrite leqNgt; apply/negP => /(underdetermined V) [h [Hh nz]]; apply: nz.
rewrite -(mulmv_identity h) E mulmv_mulmm Hh.
by apply: vec_eq => i; rewrite /mulmv sum_zero // => j; rewrite /vzero; ring.
Qed.

Lemma affine_equal (S T : finType) (A B : mat T S) (c e : vec T) :
  (forall x, A *v x +v c = B *v x +v e) -> A = B.
Proof.
move=> H; have at0 D : D *v vzero S = vzero T.
  by apply: vec_eq => i; rewrite /mulmv sum_zero // => j; rewrite /vzero; ring.
have ce : c = e.
  have := H (vzero S); rewrite !at0 => E; apply: vec_eq => i.
  by move/(f_equal (fun y => y i)): E; rewrite /vadd /vzero; lra.
apply: mat_eq => i j; have := f_equal (fun y => y i) (H (unit_vector j)); rewrite ce /vadd.
by rewrite !mulmv_dot !dot_unit; lra.
Qed.

Lemma affine_layers_behind (w : nat -> nat) (W : forall l, 'M_(w l, w l.-1)) (b : forall l, 'V_(w l)) (l L : nat) :
  (l <= L)%N -> exists (B : 'M_(w L, w l)) c, forall x, affine_layers W b L x = B *v affine_layers W b l x +v c.
Proof.
elim: L => [|L IH].
  rewrite leqn0 => /eqP ->; exists (identity _), (vzero _) => x.
  by rewrite mulmv_identity; apply: vec_eq => i; rewrite /vadd /vzero; ring.
rewrite leq_eqVlt => /orP[/eqP ->|/IH [B [c E]]].
  by exists (identity _), (vzero _) => x; rewrite mulmv_identity; apply: vec_eq => i; rewrite /vadd /vzero; ring.
by exists (W L.+1 *m B), (W L.+1 *v c +v b L.+1) => x /=; rewrite E (dense_dense (W L.+1)).
Qed.

Lemma affine_layers_one (w : nat -> nat) (W : forall l, 'M_(w l, w l.-1)) (b : forall l, 'V_(w l)) (L : nat) :
  exists (A : 'M_(w L, w 0%N)) c, forall x, affine_layers W b L x = A *v x +v c.
Proof. exact: (affine_layers_behind W b (leq0n L)). Qed.

Lemma affine_layers_agree (w : nat -> nat) (W W' : forall l, 'M_(w l, w l.-1)) (b b' : forall l, 'V_(w l)) (L : nat) :
  (forall l, (l <= L)%N -> W' l = W l /\ b' l = b l) -> forall x, affine_layers W' b' L x = affine_layers W b L x.
Proof.
elim: L => [//|L IH] E x /=; have [-> ->] := E L.+1 (leqnn _).
by rewrite IH // => l lL; apply: E; exact: leqW.
Qed.

(** Functions that factor through a number of [r] entries, none of the hidden layers being narrower, are reached. *)
Lemma affine_layers_reach (w : nat -> nat) (L r : nat) (A : 'M_(w L.+1, w 0%N)) (c : 'V_(w L.+1)) :
  (forall l, (0 < l <= L)%N -> (r <= w l)%N) -> rank_at_most A r \/ L = 0%N ->
  exists W b, forall x, affine_layers W b L.+1 x = A *v x +v c.
Proof.
pose W0 : forall l, 'M_(w l, w l.-1) := fun l => fun _ => 0.
pose b0 : forall l, 'V_(w l) := fun l => vzero _.
elim: L A c => [|L IH] A c wide rk.
  exists (with_layer W0 1%N A), (with_layer b0 1%N c) => x /=.
  by rewrite (@with_layer_same (fun l => 'M_(w l, w l.-1))) (@with_layer_same (fun l => 'V_(w l))).
case: rk => // -[U [V E]].
have [l /andP[l0 lL]||W [b H]] := IH (ones_along _ r *m V) (vzero _).
- by apply: wide; rewrite l0 /= (leqW lL).
- by left; exists (ones_along _ r), V.
exists (with_layer W L.+2 (U *m ones_along r _)), (with_layer b L.+2 c) => x.
rewrite -[LHS]/(dense (with_layer W L.+2 (U *m ones_along r (w L.+1)) L.+2) (with_layer b L.+2 c L.+2)
  (affine_layers _ _ L.+1 x)).
rewrite (@with_layer_same (fun l => 'M_(w l, w l.-1))) (@with_layer_same (fun l => 'V_(w l))).
rewrite (@affine_layers_agree w W _ b) => [|l lL]; last first.
  have ne : l <> L.+2 by (move=> El; rewrite El ltnn in lL).
  by split; [exact: (@with_layer_other (fun l => 'M_(w l, w l.-1)))|exact: (@with_layer_other (fun l => 'V_(w l)))].
rewrite H E /dense; congr (_ +v _).
have -> : (ones_along (w L.+1) r *m V) *v x +v vzero _ = (ones_along (w L.+1) r *m V) *v x.
  by apply: vec_eq => i; rewrite /vadd /vzero; ring.
rewrite -mulmv_mulmm mulmmA -(mulmmA (ones_along r _)) ones_along_back ?mulmm_identity_l //.
by apply: wide; rewrite leqnn.
Qed.

(** The narrowest of finitely many layers. *)
Lemma narrowest (w : nat -> nat) (L : nat) : (0 < L)%N ->
  exists k, (0 < k <= L)%N /\ forall l, (0 < l <= L)%N -> (w k <= w l)%N.
Proof.
elim: L => [//|[|L] IH] _.
  by exists 1%N; split=> // l /andP[l0 l1]; have -> : l = 1%N by apply/eqP; rewrite eqn_leq l1.
have [//|k [/andP[k0 kL] Hk]] := IH; case: (leqP (w k) (w L.+2)) => lt.
  exists k; split; first by rewrite k0 (leqW kL).
  by move=> l /andP[l0]; rewrite leq_eqVlt => /orP[/eqP ->//|lL]; apply: Hk; rewrite l0.
exists L.+2; split; first by rewrite leqnn.
move=> l /andP[l0]; rewrite leq_eqVlt => /orP[/eqP ->//|lL].
by apply: leq_trans (ltnW lt) _; apply: Hk; rewrite l0.
Qed.

(** [affine.composition]: two layers; many layers; the functions they reach; when they are all. *)
Theorem affine_composition :
  (forall (m k n : nat) (W2 : 'M_(m, k)) (b2 : 'V_m) (W1 : 'M_(k, n)) (b1 : 'V_k) (x : 'V_n),
    W2 *v (W1 *v x +v b1) +v b2 = (W2 *m W1) *v x +v (W2 *v b1 +v b2) /\
    (W2 *m W1)^T = W1^T *m W2^T) /\
  (forall (w : nat -> nat) (W : forall l, 'M_(w l, w l.-1)) (b : forall l, 'V_(w l)) (L : nat),
    exists (A : 'M_(w L, w 0%N)) c, forall x, affine_layers W b L x = A *v x +v c) /\
  (forall (w : nat -> nat) (L : nat) (A : 'M_(w L, w 0%N)) (c : 'V_(w L)), (0 < L)%N ->
    ((exists W b, forall x, affine_layers W b L x = A *v x +v c) <->
     (forall l, (0 < l < L)%N -> rank_at_most A (w l)))) /\
  (forall (w : nat -> nat) (L : nat), (0 < L)%N ->
    ((forall (A : 'M_(w L, w 0%N)) (c : 'V_(w L)), exists W b, forall x, affine_layers W b L x = A *v x +v c) <->
     (forall l, (0 < l < L)%N -> (minn (w 0%N) (w L) <= w l)%N))).
Proof.
split; first by move=> m k n W2 b2 W1 b1 x; split; [exact: (dense_dense W2)|exact: transpose_mulmm].
split; first by move=> w W b L; exact: affine_layers_one.
have reached : forall (w : nat -> nat) (L : nat) (A : 'M_(w L, w 0%N)) (c : 'V_(w L)), (0 < L)%N ->
    ((exists W b, forall x, affine_layers W b L x = A *v x +v c) <->
     (forall l, (0 < l < L)%N -> rank_at_most A (w l))).
  move=> w L A c L0; split=> [[W [b E]] l /andP[l0 lL]|H].
    have [B [e EB]] := affine_layers_behind W b (ltnW lL).
    have [C [f EC]] := affine_layers_one W b l.
    exists B, C; apply: (@affine_equal _ _ _ _ c (B *v f +v e)) => x.
    by rewrite -E EB EC; exact: (dense_dense B).
  case: L A c L0 H => [//|L] A c _ H.
  case: (posnP L) => [L0|L0]; first by apply: (@affine_layers_reach w L 0%N A c) => [l|]; [rewrite L0; case: l|right].
  have [k [kL Hk]] := narrowest w L0.
  by apply: (@affine_layers_reach w L (w k)) => //; left; apply: H.
split=> //.
move=> w L L0; split=> [H l lL|H A c].
- have [U [V E]] := proj1 (reached w L (ones_along (w L) (w 0%N)) (vzero _) L0) (H _ _) l lL.
  set p := minn (w 0%N) (w L).
  have p0 : (p <= w 0%N)%N by exact: geq_minl. have pL : (p <= w L)%N by exact: geq_minr.
  apply: rank_identity; exists (ones_along p _ *m U), (V *m ones_along _ p).
  rewrite mulmmA -(mulmmA U) -E.
  apply: mat_eq => i j.
  rewrite (@mul_ones_along _ _ _ _ _ (widen_ord pL i)) //.
  by rewrite (@mul_ones_along _ _ _ _ _ (widen_ord p0 i)).
- apply/(reached w L A c L0) => l /H; rewrite geq_min => /orP[le|le].
    apply: (rank_at_most_mono le); exists A, (identity _); exact: (esym (mulmm_identity_r A)).
  apply: (rank_at_most_mono le); exists (identity _), A; exact: (esym (mulmm_identity_l A)).
Qed.
