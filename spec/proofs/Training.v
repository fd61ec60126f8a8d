(** * 9. Cost and training, first part: the cost as a composed map *)

From Gradspec Require Export Base TensorForm.
From mathcomp Require Import div.

Unset Implicit Arguments.

(** ** Definitions *)

(** The place of entry [i] of sample [k] in the stack, [(k - 1) n + i] counted from 1; and back. *)
Lemma place_lt N n (k : 'I_N) (i : 'I_n) : (k * n + i < N * n)%N.
Proof.
apply: (@leq_trans (k * n + n)); first by rewrite ltn_add2l.
by rewrite addnC -mulSn leq_mul2r ltn_ord orbT.
Qed.
Definition place {N n : nat} (k : 'I_N) (i : 'I_n) : 'I_(N * n) := Ordinal (place_lt N n k i).

Lemma sample_lt N n (s : 'I_(N * n)) : (s %/ n < N)%N.
Proof. by case: n s => [[s]|n s]; [rewrite muln0|rewrite ltn_divLR]. Qed.
Lemma entry_lt N n (s : 'I_(N * n)) : (s %% n < n)%N.
Proof. by case: n s => [[s]|n s]; [rewrite muln0|rewrite ltn_pmod]. Qed.
Definition sample_of {N n : nat} (s : 'I_(N * n)) : 'I_N := Ordinal (sample_lt N n s).
Definition entry_of {N n : nat} (s : 'I_(N * n)) : 'I_n := Ordinal (entry_lt N n s).

(** All entries of sample 1 first, then all of sample 2, and so on; and sample [k] again. *)
Definition stacked {N n : nat} (a : 'I_N -> 'V_n) : 'V_(N * n) := fun s => a (sample_of s) (entry_of s).
Definition projection {N n : nat} (k : 'I_N) (A : 'V_(N * n)) : 'V_n := fun i => A (place k i).

(** The losses of all samples, each with its own target, and the cost. *)
Definition losses {N n : nat} (loss : 'I_N -> 'V_n -> R) (A : 'V_(N * n)) : 'V_N := fun k => loss k (projection k A).

(** [N] vectors as blocks on the diagonal of a matrix, and one after the other. *)
Definition blocks {N n : nat} (g : 'I_N -> 'V_n) : 'M_(N, (N * n)%N) :=
  fun '(k, s) => delta k (sample_of s) * g k (entry_of s).

(** The stack of the outputs of all samples, as a function of the weights, and of the bias, of layer [l]; its
    derivative: the arrays of all samples, one below the other. *)
Definition outputs_by_weights {N : nat} {F : feedforward} (x : 'I_N -> 'V_(units F 0)) (L l : nat)
  (W : 'M_(units F l, units F l.-1)) : 'V_(N * units F L) := stacked (fun k => a_by_weights (x k) l W L).
Definition outputs_by_bias {N : nat} {F : feedforward} (x : 'I_N -> 'V_(units F 0)) (L l : nat)
  (b : 'V_(units F l)) : 'V_(N * units F L) := stacked (fun k => a_by_bias (x k) l b L).
Definition T_stacked {N : nat} {F : feedforward} (x : 'I_N -> 'V_(units F 0)) (L l : nat) :
  mat (ordinal_finType (N * units F L)) (prod_finType (ordinal_finType (units F l)) (ordinal_finType (units F l.-1))) :=
  fun '(s, pq) => T_of (x (sample_of s)) L l (entry_of s, pq).
Definition M_stacked {N : nat} {F : feedforward} (x : 'I_N -> 'V_(units F 0)) (L l : nat) :
  'M_((N * units F L)%N, units F l) := fun '(s, p) => M_of (x (sample_of s)) L l (entry_of s, p).

(** ** Places *)

Section Places.
Context {N n : nat}.
Implicit Types (k : 'I_N) (i : 'I_n) (s : 'I_(N * n)).

Lemma sample_place k i : sample_of (place k i) = k.
Proof. by apply: ord_inj; rewrite /= divnMDl ?divn_small ?addn0 //; apply: leq_ltn_trans (ltn_ord i). Qed.

Lemma entry_place k i : entry_of (place k i) = i.
Proof. by apply: ord_inj; rewrite /= modnMDl modn_small. Qed.

Lemma place_of s : place (sample_of s) (entry_of s) = s.
Proof. by apply: ord_inj; rewrite /= -divn_eq. Qed.

Lemma sum_stack (f : 'I_(N * n) -> R) : \sum_s f s = \sum_k \sum_i f (place k i).
Proof.
rewrite -(sum_pair (fun p : _ * _ => f (place p.1 p.2))).
apply: (reindex (fun p : 'I_N * 'I_n => place p.1 p.2)).
exists (fun s => (sample_of s, entry_of s)) => [[k i]|s] _ /=; first by rewrite sample_place entry_place.
exact: place_of.
Qed.

Lemma delta_place s k i : delta s (place k i) = delta k (sample_of s) * delta i (entry_of s).
Proof.
rewrite /delta; case: eqP => [->|ne]; first by rewrite sample_place entry_place !eqxx; ring.
case: eqP => [Ek|_]; last by ring.
by case: eqP => [Ei|_]; [case: ne; rewrite Ek Ei place_of|ring].
Qed.

Lemma delta_places k i r j : delta (place r j) (place k i) = delta k r * delta i j.
Proof. by rewrite delta_place sample_place entry_place. Qed.

End Places.

(** ** The cost as a composed map *)

Theorem stack_value : forall (N n : nat) (a : 'I_N -> 'V_n),
  (forall (k : 'I_N) (i : 'I_n), place k i = (k * n + i)%N :> nat) /\
  (forall s : 'I_(N * n), exists (k : 'I_N) (i : 'I_n), s = place k i /\
     forall k' i', s = place k' i' -> k' = k /\ i' = i) /\
  (forall k i, stacked a (place k i) = a k i) /\
  (forall (X : 'M_(n, N)) (Y : 'M_(N, n)), (forall i k, X (i, k) = Y (k, i)) ->
     stacked (fun k i => X (i, k)) = stacked (fun k i => Y (k, i))).
Proof.
move=> N n a; split=> //; split=> [s|].
  exists (sample_of s), (entry_of s); split=> [|k i ->]; first by rewrite place_of.
  by rewrite sample_place entry_place.
split=> [k i|X Y E]; first by rewrite /stacked sample_place entry_place.
by apply: vec_eq => s; exact: E.
Qed.

Theorem projection_value : forall (N n : nat) (a : 'I_N -> 'V_n) (A : 'V_(N * n)),
  (forall k, projection k (stacked a) = a k) /\
  (forall k i, projection k A i = A (place k i)) /\ stacked (fun k => projection k A) = A.
Proof.
move=> N n a A; split=> [k|].
  by apply: vec_eq => i; rewrite /projection /stacked sample_place entry_place.
by split=> //; apply: vec_eq => s; rewrite /stacked /projection place_of.
Qed.

Theorem projection_jacobian : forall (N n : nat) (k : 'I_N) (A : 'V_(N * n)),
  exists J : 'M_(n, (N * n)%N), is_jacobian (projection k) A J /\
  forall i r j, J (i, place r j) = delta k r * delta i j.
Proof.
move=> N n k A; exists (fun '(i, s) => delta (place k i) s); split.
  by apply/jacobian_rows => i; exact: gradient_entry.
by move=> i r j /=; rewrite (delta_sym (place k i)) delta_places.
Qed.

Theorem losses_jacobian : forall (N n : nat) (loss : 'I_N -> 'V_n -> R) (o g : 'I_N -> 'V_n),
  (forall k, is_gradient (loss k) (o k) (g k)) ->
  is_jacobian (losses loss) (stacked o) (blocks g) /\
  (forall k r j, blocks g (k, place r j) = delta k r * g k j).
Proof.
move=> N n loss o g H; split; last by move=> k r j; rewrite /blocks sample_place entry_place.
apply/jacobian_rows => k.
have P : is_jacobian (projection k) (stacked o) (fun '(i, s) => delta (place k i) s).
  by apply/jacobian_rows => i; exact: gradient_entry.
have G : is_gradient (loss k) (projection k (stacked o)) (g k) by rewrite (proj1 (projection_value N n o (stacked o))).
apply: gradient_eq (gradient_comp P G) _ => s; rewrite /blocks /mulmv /transpose.
rewrite -(sum_delta_r' (entry_of s) (g k)) sum_mull; apply: sum_ext => i.
by rewrite (delta_sym (place k i)) delta_place Rmult_assoc; congr (_ * _); exact: Rmult_comm.
Qed.

(** [w] is the gradient of [phi] at the losses. *)
Theorem cost_row : forall (N n : nat) (loss : 'I_N -> 'V_n -> R) (o g : 'I_N -> 'V_n) (phi : 'V_N -> R) (w : 'V_N),
  (forall k, is_gradient (loss k) (o k) (g k)) -> is_gradient phi (losses loss (stacked o)) w ->
  is_gradient (fun A => phi (losses loss A)) (stacked o) ((blocks g)^T *v w) /\
  (blocks g)^T *v w = stacked (fun k => w k *: g k) /\
  (forall l : 'V_N, is_gradient (fun l => / INR N * (\sum_k l k)) l (fun _ => / INR N)) /\
  (forall l : 'V_N, is_gradient (fun l => \sum_k l k) l (fun _ => 1)) /\
  (forall l : 'V_N, is_gradient (fun l => / 2 * (\sum_k l k ^ 2)) l l) /\
  (forall t y p : R, p <> 0 -> p <> 1 -> t * ((p - y) / (p * (1 - p))) = t * (p - y) / (p * (1 - p)) /\
     t * (1 - y) / (1 - p) - t * y / p = t * (p - y) / (p * (1 - p)) /\ t * (- y / p) = - (t * y) / p).
Proof.
move=> N n loss o g phi w Hg Hphi.
have [HL HB] := losses_jacobian N n loss o g Hg.
split; first exact: gradient_comp HL Hphi.
split.
  apply: vec_eq => s; rewrite -(place_of s); move: (sample_of s) (entry_of s) => r j.
  rewrite /stacked sample_place entry_place /vscale /mulmv /transpose.
  rewrite (@sum_single _ r) => [|k ne]; first by rewrite HB delta_same; ring.
  by rewrite HB delta_other //; ring.
have S (l : 'V_N) : is_gradient (fun l => \sum_k l k) l (fun _ => 1).
  apply: gradient_eq (gradient_sum (fun k => gradient_entry k l)) _ => j.
  by rewrite -(sum_delta' j (fun _ => 1)); apply: sum_ext => k; ring.
split=> [l|]; first by apply: gradient_eq (gradient_scale (/ INR N) (S l)) _ => j; ring.
split; first exact: S.
split=> [l|t y p p0 p1]; last by do !split; field; lra.
have D (v : R) : is_derive (fun s => s ^ 2) v (2 * v) by auto_derive => //; ring.
apply: gradient_eq (gradient_scale (/ 2) (gradient_sum (fun k => gradient_scalar (D (l k)) (gradient_entry k l))))
  _ => j.
rewrite (sum_ext (g := fun k => 2 * (l k * delta k j))) => [|k]; last by ring.
by rewrite -sum_mull sum_delta_r'; field.
Qed.

Lemma cost_row_satisfiable : forall (N n : nat) (o g : 'I_N -> 'V_n) (w : 'V_N),
  exists (loss : 'I_N -> 'V_n -> R) (phi : 'V_N -> R),
  (forall k, is_gradient (loss k) (o k) (g k)) /\ is_gradient phi (losses loss (stacked o)) w.
Proof.
move=> N n o g w; exists (fun k z => dot (g k) z), (fun l => dot w l); split=> [k|]; exact: gradient_dot.
Qed.

(** ** The derivative of the cost *)

Theorem stacked_weight_jacobian : forall (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N ->
  (forall k i p q, T_stacked x L l (place k i, (p, q)) = M_of (x k) L l (i, p) * a_of (x k) l.-1 q) /\
  ((forall k, no_kinks (x k) L) -> is_jacobian (outputs_by_weights x L l) (weights F l) (T_stacked x L l)).
Proof.
move=> N F x L l lL; split=> [k i p q|smooth]; first by rewrite /T_stacked sample_place entry_place.
apply/jacobian_rows => s.
have /jacobian_rows := output_weight_jacobian_derivative F (x (sample_of s)) L l lL (smooth _).
by move/(_ (entry_of s)).
Qed.

Theorem stacked_bias_jacobian : forall (N : nat) (F : feedforward) (x : 'I_N -> 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N ->
  (forall k i p, M_stacked x L l (place k i, p) = M_of (x k) L l (i, p)) /\
  ((forall k, no_kinks (x k) L) -> is_jacobian (outputs_by_bias x L l) (biases F l) (M_stacked x L l)).
Proof.
move=> N F x L l lL; split=> [k i p|smooth]; first by rewrite /M_stacked sample_place entry_place.
apply/jacobian_rows => s.
have /jacobian_rows := output_bias_jacobian_derivative F (x (sample_of s)) L l lL (smooth _).
by move/(_ (entry_of s)).
Qed.
