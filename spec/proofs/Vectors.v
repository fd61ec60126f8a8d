(** * Finite sums, vectors and matrices

    A vector is a function from a finite set of places to the real numbers, and a matrix is a vector whose places are
    pairs (row, column).  An array with three axes has triples.  So every array is a vector, and one definition of
    the derivative serves all of them.

    What a reader has to trust in this file are its Definitions and Notations.  The rest is lemmas. *)

From Coq Require Export Reals Psatz FunctionalExtensionality.
From Coquelicot Require Export Coquelicot.
From mathcomp Require Export ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Global Open Scope R_scope.

(** ** Definitions *)

(** Vectors with places in [T], vectors of [n] entries, matrices of [m] rows and [n] columns.
    An entry is [x i], and [A (i, j)]. *)
Definition vec (T : finType) : Type := T -> R.
Definition mat (T S : finType) : Type := vec (prod_finType T S).
Notation "''V_' n" := (vec (ordinal_finType n)) (at level 8, n at level 2, format "''V_' n") : type_scope.
Notation "''M_' ( m , n )" := (mat (ordinal_finType m) (ordinal_finType n))
  (at level 8, format "''M_' ( m ,  n )") : type_scope.

(** Finite sums.  A product belongs to the sum before it, a sum does not:
    [\sum_i a i * b] is [\sum_i (a i * b)], and [\sum_i a i + b] is [(\sum_i a i) + b]. *)
Notation "\sum_ i F" := (\big[Rplus/0%R]_i F%R) : R_scope.
Notation "\sum_ ( i : t ) F" := (\big[Rplus/0%R]_(i : t) F%R) (only parsing) : R_scope.
Notation "\sum_ ( i < n ) F" := (\big[Rplus/0%R]_(i < n) F%R) : R_scope.
Notation "\sum_ ( i | P ) F" := (\big[Rplus/0%R]_(i | P%B) F%R) : R_scope.
Notation "\sum_ ( i < n | P ) F" := (\big[Rplus/0%R]_(i < n | P%B) F%R) : R_scope.
Notation "\sum_ ( m <= i < n ) F" := (\big[Rplus/0%R]_(m <= i < n) F%R) : R_scope.
Notation "\sum_ ( i <- r ) F" := (\big[Rplus/0%R]_(i <- r) F%R) : R_scope.
Notation "\prod_ i F" := (\big[Rmult/1%R]_i F%R) : R_scope.
Notation "\prod_ ( i < n ) F" := (\big[Rmult/1%R]_(i < n) F%R) : R_scope.
Notation "\prod_ ( m <= i < n ) F" := (\big[Rmult/1%R]_(m <= i < n) F%R) : R_scope.

(** Kronecker's delta, and the operations of [calculus.matrix]. *)
Definition delta {T : eqType} (i j : T) : R := if i == j then 1 else 0.

Section Operations.
Context {R1 R2 R3 R4 : finType}.
Definition vadd (x y : vec R1) : vec R1 := fun i => x i + y i.
Definition vsub (x y : vec R1) : vec R1 := fun i => x i - y i.
Definition vscale (t : R) (x : vec R1) : vec R1 := fun i => t * x i.
Definition hadamard (x y : vec R1) : vec R1 := fun i => x i * y i.
Definition dot (x y : vec R1) : R := \sum_i x i * y i.
Definition diag (d : vec R1) : mat R1 R1 := fun '(i, j) => delta i j * d i.
Definition identity : mat R1 R1 := fun '(i, j) => delta i j.
Definition transpose (A : mat R1 R2) : mat R2 R1 := fun '(j, i) => A (i, j).
Definition mulmv (A : mat R1 R2) (x : vec R2) : vec R1 := fun i => \sum_j A (i, j) * x j.
Definition mulmm (A : mat R1 R2) (B : mat R2 R3) : mat R1 R3 := fun '(i, j) => \sum_q A (i, q) * B (q, j).
Definition outer (x : vec R1) (y : vec R2) : mat R1 R2 := fun '(i, j) => x i * y j.
Definition as_row (x : vec R1) : mat (ordinal_finType 1) R1 := fun '(_, j) => x j.
Definition ones : vec R1 := fun _ => 1.
Definition vzero : vec R1 := fun _ => 0.
Definition unit_vector (j : R1) : vec R1 := fun i => delta i j.
(** The largest magnitude of an entry, 0 if there is none. *)
Definition vnorm (x : vec R1) : R := \big[Rmax/0]_i Rabs (x i).
(** The Euclidean length. *)
Definition euclid (x : vec R1) : R := sqrt (dot x x).
End Operations.
Arguments identity : clear implicits.
Arguments ones : clear implicits.
Arguments vzero : clear implicits.

Notation "x +v y" := (vadd x y) (at level 50, left associativity) : R_scope.
Notation "x -v y" := (vsub x y) (at level 50, left associativity) : R_scope.
Notation "t *: x" := (vscale t x) (at level 40) : R_scope.
Notation "x .* y" := (hadamard x y) (at level 40, left associativity) : R_scope.
Notation "A *v x" := (mulmv A x) (at level 40, left associativity) : R_scope.
Notation "A *m B" := (mulmm A B) (at level 40, left associativity) : R_scope.
Notation "A ^T" := (transpose A) (at level 8, format "A ^T") : R_scope.

(** Vectors and matrices written out, and the first places, counted from 1 as in the text. *)
Definition entries (n : nat) (s : seq R) : 'V_n := fun i => nth 0 s i.
Definition rows (m n : nat) (s : seq (seq R)) : 'M_(m, n) := fun '(i, j) => nth 0 (nth [::] s i) j.
Arguments entries n s i : clear implicits.
Arguments rows m n s p : clear implicits.
Definition i1 {n : nat} : 'I_n.+1 := ord0.
Definition i2 {n : nat} : 'I_n.+2 := lift ord0 ord0.
Definition i3 {n : nat} : 'I_n.+3 := lift ord0 (lift ord0 ord0).

(** ** Sums *)

(** The general lemmas on sums of mathcomp's [bigop] apply to [Rplus] and [Rmult] by these instances. *)
Lemma RplusA : associative Rplus. Proof. by move=> x y z; ring. Qed.
Lemma RplusC : commutative Rplus. Proof. by move=> x y; ring. Qed.
Lemma Rplus0l : left_id 0 Rplus. Proof. by move=> x; ring. Qed.
Lemma Rplus0r : right_id 0 Rplus. Proof. by move=> x; ring. Qed.
Lemma RmultA : associative Rmult. Proof. by move=> x y z; ring. Qed.
Lemma RmultC : commutative Rmult. Proof. by move=> x y; ring. Qed.
Lemma Rmult1l : left_id 1 Rmult. Proof. by move=> x; ring. Qed.
Lemma Rmult1r : right_id 1 Rmult. Proof. by move=> x; ring. Qed.
Lemma Rmult0l : left_zero 0 Rmult. Proof. by move=> x; ring. Qed.
Lemma Rmult0r : right_zero 0 Rmult. Proof. by move=> x; ring. Qed.
Lemma RmultDl : left_distributive Rmult Rplus. Proof. by move=> x y z; ring. Qed.
Lemma RmultDr : right_distributive Rmult Rplus. Proof. by move=> x y z; ring. Qed.
Canonical Rplus_monoid := Monoid.Law RplusA Rplus0l Rplus0r.
Canonical Rplus_comoid := Monoid.ComLaw RplusC.
Canonical Rmult_monoid := Monoid.Law RmultA Rmult1l Rmult1r.
Canonical Rmult_comoid := Monoid.ComLaw RmultC.
Canonical Rmult_muloid := Monoid.MulLaw Rmult0l Rmult0r.
Canonical Rplus_addoid := Monoid.AddLaw RmultDl RmultDr.

Section Sums.
Variables T S : finType.
Implicit Types (f g : T -> R) (c : R).

Lemma sum_ext f g : (forall i, f i = g i) -> \sum_i f i = \sum_i g i.
Proof. by move=> E; apply: eq_bigr => i _; apply: E. Qed.

Lemma sum_zero f : (forall i, f i = 0) -> \sum_i f i = 0.
Proof. by move=> E; apply: big1 => i _; apply: E. Qed.

Lemma sum_plus f g : \sum_i (f i + g i) = \sum_i f i + \sum_i g i.
Proof. exact: big_split. Qed.

Lemma sum_mull c f : c * (\sum_i f i) = \sum_i c * f i.
Proof. exact: big_distrr. Qed.

Lemma sum_mulr c f : (\sum_i f i) * c = \sum_i f i * c.
Proof. exact: big_distrl. Qed.

Lemma sum_opp f : - (\sum_i f i) = \sum_i - f i.
Proof. by rewrite -[- _]Rmult_1_l Ropp_mult_distr_r_reverse Ropp_mult_distr_l sum_mull; apply: sum_ext => i; ring. Qed.

Lemma sum_minus f g : \sum_i (f i - g i) = \sum_i f i - \sum_i g i.
Proof. by rewrite /Rminus sum_opp -sum_plus. Qed.

Lemma sum_div c f : (\sum_i f i) / c = \sum_i f i / c.
Proof. exact: sum_mulr. Qed.

Lemma sum_exchange (f : T -> S -> R) : \sum_i \sum_j f i j = \sum_j \sum_i f i j.
Proof. exact: exchange_big. Qed.

Lemma sum_pair (f : T * S -> R) : \sum_(p : prod_finType T S) f p = \sum_i \sum_j f (i, j).
Proof. by rewrite pair_bigA; apply: eq_bigr => -[]. Qed.

Lemma sum_const c : \sum_(i : T) c = INR #|T| * c.
Proof.
rewrite big_const; elim: #|T| => [|n IH]; first by rewrite /=; ring.
by rewrite iterS IH S_INR; ring.
Qed.

Lemma sum_single (k : T) f : (forall i, i != k -> f i = 0) -> \sum_i f i = f k.
Proof. by move=> E; rewrite (bigD1 k) //= big1 //; exact: Rplus_0_r. Qed.

Lemma sum_remove (k : T) f : \sum_i f i = f k + \sum_(i | i != k) f i.
Proof. by rewrite (bigD1 k). Qed.

Lemma sum_le f g : (forall i, f i <= g i) -> \sum_i f i <= \sum_i g i.
Proof.
move=> H; elim/big_ind2: _ => [|a b c d|i _]; first lra; last exact: H.
by move=> *; lra.
Qed.

Lemma sum_ge0 f : (forall i, 0 <= f i) -> 0 <= \sum_i f i.
Proof. by move=> H; elim/big_ind: _ => [|a b|i _]; [lra|move=> *; lra|exact: H]. Qed.

Lemma sum_gt0 (k : T) f : (forall i, 0 < f i) -> 0 < \sum_i f i.
Proof.
move=> H; rewrite (sum_remove k); apply: Rplus_lt_le_0_compat; first exact: H.
by elim/big_ind: _ => [|a b|i _]; [lra|move=> *; lra|apply: Rlt_le].
Qed.

Lemma sum_ge_term (k : T) f : (forall i, 0 <= f i) -> f k <= \sum_i f i.
Proof.
move=> H; rewrite (sum_remove k).
have : 0 <= \sum_(i | i != k) f i by elim/big_ind: _ => [|a b|i _]; [lra|move=> *; lra|exact: H].
lra.
Qed.

Lemma sum_eq0 f : (forall i, 0 <= f i) -> \sum_i f i = 0 -> forall i, f i = 0.
Proof. by move=> H E i; apply: Rle_antisym => //; rewrite -E; apply: sum_ge_term. Qed.

Lemma Rabs_sum f : Rabs (\sum_i f i) <= \sum_i Rabs (f i).
Proof.
elim/big_ind2: _ => [|a b c d|i _]; [by rewrite Rabs_R0; lra| |lra].
by move=> *; apply: Rle_trans (Rabs_triang _ _) _; lra.
Qed.

(** Kronecker's delta. *)
Lemma delta_same (i : T) : delta i i = 1.
Proof. by rewrite /delta eqxx. Qed.

Lemma delta_other (i j : T) : i != j -> delta i j = 0.
Proof. by rewrite /delta => /negbTE ->. Qed.

Lemma delta_sym (i j : T) : delta i j = delta j i.
Proof. by rewrite /delta eq_sym. Qed.

(** [\sum_j delta i j * f j = f i], with the delta on either side and its places in either order. *)
Lemma sum_delta i f : \sum_j delta i j * f j = f i.
Proof.
by rewrite (@sum_single i) ?delta_same ?Rmult_1_l // => j ne; rewrite delta_other 1?eq_sym //; ring.
Qed.

Lemma sum_delta' i f : \sum_j delta j i * f j = f i.
Proof. by rewrite -(sum_delta i); apply: sum_ext => j; rewrite delta_sym. Qed.

Lemma sum_delta_r i f : \sum_j f j * delta i j = f i.
Proof. by rewrite -(sum_delta i); apply: sum_ext => j; ring. Qed.

Lemma sum_delta_r' i f : \sum_j f j * delta j i = f i.
Proof. by rewrite -(sum_delta' i); apply: sum_ext => j; ring. Qed.

End Sums.

Lemma delta_pair (T S : eqType) (i k : T) (j l : S) : delta (i, j) (k, l) = delta i k * delta j l.
Proof. by rewrite /delta xpair_eqE; case: (i == k); case: (j == l); rewrite /=; ring. Qed.

(** Sums and cases over few places. *)
Lemma sum_I0 (f : 'I_0 -> R) : \sum_i f i = 0.
Proof. exact: big_ord0. Qed.

Lemma sum_I1 (f : 'I_1 -> R) : \sum_i f i = f i1.
Proof. by rewrite big_ord_recl big_ord0; exact: Rplus_0_r. Qed.

Lemma sum_I2 (f : 'I_2 -> R) : \sum_i f i = f i1 + f i2.
Proof. by rewrite !big_ord_recl big_ord0 /=; congr (_ + _); exact: Rplus_0_r. Qed.

Lemma sum_I3 (f : 'I_3 -> R) : \sum_i f i = f i1 + (f i2 + f i3).
Proof. by rewrite !big_ord_recl big_ord0 /=; congr (_ + (_ + _)); exact: Rplus_0_r. Qed.

(** A sum over [n + 1] places is its first term and the rest. *)
Lemma sum_recl n (f : 'I_n.+1 -> R) : \sum_i f i = f ord0 + \sum_(i < n) f (lift ord0 i).
Proof. exact: big_ord_recl. Qed.

(** A sum over [n + 1] places is the others and its last term. *)
Lemma sum_recr n (f : 'I_n.+1 -> R) : \sum_i f i = \sum_(i < n) f (widen_ord (leqnSn n) i) + f ord_max.
Proof. exact: big_ord_recr. Qed.

Lemma forall_I1 (P : 'I_1 -> Prop) : P i1 -> forall i, P i.
Proof. by move=> H i; rewrite ord1. Qed.

Lemma forall_I2 (P : 'I_2 -> Prop) : P i1 -> P i2 -> forall i, P i.
Proof.
move=> H1 H2 [[|[|//]] lt].
- by have -> : Ordinal lt = i1 by apply: val_inj.
- by have -> : Ordinal lt = i2 by apply: val_inj.
Qed.

Lemma forall_I3 (P : 'I_3 -> Prop) : P i1 -> P i2 -> P i3 -> forall i, P i.
Proof.
move=> H1 H2 H3 [[|[|[|//]]] lt].
- by have -> : Ordinal lt = i1 by apply: val_inj.
- by have -> : Ordinal lt = i2 by apply: val_inj.
- by have -> : Ordinal lt = i3 by apply: val_inj.
Qed.

(** A sum over places that are [None] or [Some i]. *)
Lemma sum_option (T : finType) (f : option T -> R) : \sum_i f i = f None + \sum_i f (Some i).
Proof.
rewrite (sum_remove None); congr (_ + _).
rewrite (reindex_omap (@Some T) id) /=; last by case.
by apply: eq_bigl => i; rewrite eqxx.
Qed.

(** ** Vectors *)

(** Two vectors, or two matrices, are equal if all entries are. *)
Lemma vec_eq (T : finType) (x y : vec T) : (forall i, x i = y i) -> x = y.
Proof. exact: functional_extensionality. Qed.

Lemma mat_eq (T S : finType) (A B : mat T S) : (forall i j, A (i, j) = B (i, j)) -> A = B.
Proof. by move=> E; apply: functional_extensionality => -[i j]; apply: E. Qed.

Section Algebra.
Variables T S U V : finType.
Implicit Types (x y z : vec T) (A : mat T S) (B : mat S U) (C : mat U V).

Lemma dotC x y : dot x y = dot y x.
Proof. by apply: sum_ext => i; ring. Qed.

Lemma dot_addr x y z : dot x (y +v z) = dot x y + dot x z.
Proof. by rewrite /dot -sum_plus; apply: sum_ext => i; rewrite /vadd; ring. Qed.

Lemma dot_scaler x t y : dot x (t *: y) = t * dot x y.
Proof. by rewrite /dot sum_mull; apply: sum_ext => i; rewrite /vscale; ring. Qed.

Lemma dot_unit x j : dot x (unit_vector j) = x j.
Proof. exact: sum_delta_r'. Qed.

Lemma dot_ge0 x : 0 <= dot x x.
Proof. by apply: sum_ge0 => i; exact: Rle_0_sqr. Qed.

Lemma dot_eq0 x : dot x x = 0 -> x = vzero T.
Proof.
move=> E; apply: vec_eq => i; apply: Rsqr_0_uniq.
by apply: (@sum_eq0 T (fun k => x k * x k)) => // k; exact: Rle_0_sqr.
Qed.

Lemma mulmv_dot A (h : vec S) i : (A *v h) i = dot (fun j => A (i, j)) h.
Proof. by []. Qed.

Lemma mulmv_add A (g h : vec S) : A *v (g +v h) = (A *v g) +v (A *v h).
Proof. by apply: vec_eq => i; rewrite /mulmv /vadd -sum_plus; apply: sum_ext => j; ring. Qed.

Lemma mulmv_sub A (g h : vec S) : A *v (g -v h) = (A *v g) -v (A *v h).
Proof. by apply: vec_eq => i; rewrite /mulmv /vsub -sum_minus; apply: sum_ext => j; ring. Qed.

Lemma mulmv_scale A t (h : vec S) : A *v (t *: h) = t *: (A *v h).
Proof. by apply: vec_eq => i; rewrite /mulmv /vscale sum_mull; apply: sum_ext => j; ring. Qed.

Lemma mulmv_identity x : identity T *v x = x.
Proof. by apply: vec_eq => i; exact: sum_delta. Qed.

Lemma mulmv_diag (d : vec T) x : diag d *v x = d .* x.
Proof.
apply: vec_eq => i; rewrite /mulmv /diag (@sum_single _ i) ?delta_same; first by rewrite /hadamard; ring.
by move=> j ne; rewrite delta_other 1?eq_sym //; ring.
Qed.

Lemma diag_ones : diag (ones T) = identity T.
Proof. by apply: mat_eq => i j; rewrite /diag /ones Rmult_1_r. Qed.

(** The vector-Jacobian product with the upstream gradient [v]. *)
Lemma mulmv_tr A (v : vec T) j : (A^T *v v) j = \sum_i A (i, j) * v i.
Proof. by []. Qed.

Lemma mulmv_mulmm A B (h : vec U) : (A *m B) *v h = A *v (B *v h).
Proof.
apply: vec_eq => i; rewrite /mulmv /mulmm.
transitivity (\sum_j \sum_q A (i, q) * B (q, j) * h j); first by apply: sum_ext => j; rewrite sum_mulr.
rewrite sum_exchange; apply: sum_ext => q; rewrite sum_mull; apply: sum_ext => j; ring.
Qed.

Lemma mulmmA A B C : (A *m B) *m C = A *m (B *m C).
Proof.
apply: mat_eq => i j; rewrite /mulmm.
transitivity (\sum_q \sum_r A (i, r) * B (r, q) * C (q, j)); first by apply: sum_ext => q; rewrite sum_mulr.
rewrite sum_exchange; apply: sum_ext => q; rewrite sum_mull; apply: sum_ext => r; ring.
Qed.

Lemma transpose_mulmm A B : (A *m B)^T = B^T *m A^T.
Proof. by apply: mat_eq => j i; apply: sum_ext => q; exact: Rmult_comm. Qed.

Lemma transposeK A : A^T^T = A.
Proof. exact: mat_eq. Qed.

Lemma transpose_diag (d : vec T) : (diag d)^T = diag d.
Proof.
apply: mat_eq => i j; rewrite /transpose /diag delta_sym /delta.
by case: eqP => [->|_] //; ring.
Qed.

Lemma mulmm_identity_l A : identity T *m A = A.
Proof. by apply: mat_eq => i j; exact: (sum_delta i (fun q => A (q, j))). Qed.

Lemma mulmm_identity_r A : A *m identity S = A.
Proof. by apply: mat_eq => i j; exact: (sum_delta_r' j (fun q => A (i, q))). Qed.

Lemma mulmm_diag_l (d : vec T) A i j : (diag d *m A) (i, j) = d i * A (i, j).
Proof.
rewrite /mulmm /diag (@sum_single _ i) ?delta_same /=; first by rewrite ?delta_same; ring.
by move=> k ne; rewrite delta_other 1?eq_sym //; ring.
Qed.

Lemma mulmm_diag_r A (d : vec S) i j : (A *m diag d) (i, j) = A (i, j) * d j.
Proof.
rewrite /mulmm /diag (@sum_single _ j) ?delta_same /=; first by rewrite ?delta_same; ring.
by move=> k ne; rewrite delta_other //; ring.
Qed.

Lemma dot_mulmv A (v : vec T) (h : vec S) : dot v (A *v h) = dot (A^T *v v) h.
Proof.
rewrite /dot /mulmv /transpose.
transitivity (\sum_i \sum_j v i * (A (i, j) * h j)); first by apply: sum_ext => i; rewrite sum_mull.
rewrite sum_exchange; apply: sum_ext => j; rewrite sum_mulr; apply: sum_ext => i; ring.
Qed.

End Algebra.

(** ** Norms *)

Section Norm.
Variable T : finType.
Implicit Types x y : vec T.

Lemma vnorm_ge0 x : 0 <= vnorm x.
Proof.
rewrite /vnorm; elim/big_ind: _ => [|a b|i _]; [lra| |exact: Rabs_pos].
by move=> Ha _; apply: Rle_trans (Rmax_l _ _).
Qed.

Lemma vnorm_ge x i : Rabs (x i) <= vnorm x.
Proof.
rewrite /vnorm.
have : i \in index_enum T by exact: mem_index_enum.
elim: (index_enum T) => [//|k r IH]; rewrite inE big_cons => /orP[/eqP ->|/IH H]; first exact: Rmax_l.
exact: Rle_trans H (Rmax_r _ _).
Qed.

Lemma vnorm_le x c : 0 <= c -> (forall i, Rabs (x i) <= c) -> vnorm x <= c.
Proof.
move=> c0 H; rewrite /vnorm; elim/big_ind: _ => [//|a b Ha Hb|i _]; last exact: H.
exact: Rmax_lub.
Qed.

Lemma vnorm_add x y : vnorm (x +v y) <= vnorm x + vnorm y.
Proof.
apply: vnorm_le => [|i]; first by have := vnorm_ge0 x; have := vnorm_ge0 y; lra.
by apply: Rle_trans (Rabs_triang _ _) _; apply: Rplus_le_compat; exact: vnorm_ge.
Qed.

Lemma vnorm_scale t x : vnorm (t *: x) = Rabs t * vnorm x.
Proof.
have le s (z : vec T) : vnorm (s *: z) <= Rabs s * vnorm z.
  apply: vnorm_le => [|i]; first by apply: Rmult_le_pos; [exact: Rabs_pos|exact: vnorm_ge0].
  by rewrite /vscale Rabs_mult; apply: Rmult_le_compat_l; [exact: Rabs_pos|exact: vnorm_ge].
apply: Rle_antisym => //.
case: (Req_dec t 0) => [->|nz]; first by rewrite Rabs_R0 Rmult_0_l; exact: vnorm_ge0.
have E : x = / t *: (t *: x) by apply: vec_eq => i; rewrite /vscale; field.
have := le (/ t) (t *: x); rewrite -E Rabs_inv => H.
apply: (Rmult_le_reg_l (/ Rabs t)); first by apply: Rinv_0_lt_compat; exact: Rabs_pos_lt.
by rewrite -Rmult_assoc Rinv_l ?Rmult_1_l //; exact: Rabs_no_R0.
Qed.

Lemma vnorm_eq0 x : vnorm x = 0 -> x = vzero T.
Proof.
move=> E; apply: vec_eq => i; have := vnorm_ge x i; rewrite E => H.
by case: (Req_dec (x i) 0) => // /Rabs_pos_lt; lra.
Qed.

Lemma vnorm_zero : vnorm (vzero T) = 0.
Proof.
apply: Rle_antisym; last exact: vnorm_ge0.
by apply: vnorm_le => [|i]; [|rewrite /vzero Rabs_R0]; lra.
Qed.

Lemma vnorm_unit_vector (j : T) : vnorm (unit_vector j) = 1.
Proof.
apply: Rle_antisym.
  apply: vnorm_le => [|i]; first lra.
  by rewrite /unit_vector /delta; case: eqP => _; rewrite ?Rabs_R1 ?Rabs_R0; lra.
by rewrite -{1}Rabs_R1 -(delta_same j); exact: (vnorm_ge (unit_vector j)).
Qed.

End Norm.

(** [sum of the magnitudes of A] bounds what [A] does to the norm. *)
Definition msize (T S : finType) (A : mat T S) : R := \sum_i \sum_j Rabs (A (i, j)).

Lemma msize_ge0 (T S : finType) (A : mat T S) : 0 <= msize A.
Proof. by apply: sum_ge0 => i; apply: sum_ge0 => j; exact: Rabs_pos. Qed.

Lemma vnorm_mulmv (T S : finType) (A : mat T S) (h : vec S) : vnorm (A *v h) <= msize A * vnorm h.
Proof.
apply: vnorm_le => [|i]; first by apply: Rmult_le_pos; [exact: msize_ge0|exact: vnorm_ge0].
apply: Rle_trans (Rabs_sum _) _.
have row : \sum_j Rabs (A (i, j)) <= msize A.
  by apply: (sum_ge_term i (f := fun i => \sum_j Rabs (A (i, j)))) => k; apply: sum_ge0 => j; exact: Rabs_pos.
apply: Rle_trans (Rmult_le_compat_r _ _ _ (vnorm_ge0 h) row).
rewrite sum_mulr; apply: sum_le => j; rewrite Rabs_mult.
by apply: Rmult_le_compat_l; [exact: Rabs_pos|exact: vnorm_ge].
Qed.

(** For finitely many conditions that hold for all small enough numbers there is one number that serves all. *)
Lemma finite_choice (T : finType) (P : T -> R -> Prop) :
  (forall i e e', 0 < e' <= e -> P i e -> P i e') ->
  (forall i, exists e, 0 < e /\ P i e) -> exists e, 0 < e /\ forall i, P i e.
Proof.
move=> anti H.
have [e [e0 He]] : exists e, 0 < e /\ forall i, i \in enum T -> P i e.
  elim: (enum T) => [|k r [e [e0 IH]]]; first by exists 1; split=> //; lra.
  have [e' [e0' He']] := H k; exists (Rmin e e'); split; first exact: Rmin_pos.
  have m0 := Rmin_pos _ _ e0 e0'.
  move=> i; rewrite inE => /orP[/eqP ->|/IH Hi].
  - by apply: anti He'; split=> //; exact: Rmin_r.
  - by apply: anti Hi; split=> //; exact: Rmin_l.
by exists e; split=> // i; apply: He; rewrite mem_enum.
Qed.

(** What exists for each of finitely many places is a function of the place (no axiom of choice is needed). *)
Lemma finite_function (T : finType) (X : Type) (x0 : X) (P : T -> X -> Prop) :
  (forall i, exists y, P i y) -> exists f, forall i, P i (f i).
Proof.
move=> H; have [f Hf] : exists f, forall i, i \in enum T -> P i (f i).
  elim: (enum T) => [|k r [f IH]]; first by exists (fun _ => x0).
  have [y Hy] := H k; exists (fun i => if i == k then y else f i) => i; rewrite inE.
  by case: eqP => [->|_] //=; exact: IH.
by exists f => i; apply: Hf; rewrite mem_enum.
Qed.
