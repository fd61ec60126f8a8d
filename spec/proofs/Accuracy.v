(** * 10. Accuracy: every admissible evaluation lies inside its envelope

    Numbers here are real numbers: what overflows, infinities and NaN are not part of these theorems. *)

From Gradspec Require Export Base.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** What is assumed of an arithmetic: the unit roundoff [u], the underflow unit [theta], what an addition may lose
    besides, [flush] (0, or [theta] where subnormal numbers are flushed), the smallest normal number, the numbers
    that the format holds, the points at which a function is exact, and the roundoff [inputs] of the inputs of
    matrix products (0, or that which a target declares). *)
Record arithmetic := Arithmetic {
  u : R; theta : R; flush : R; smallest_normal : R; inputs : R;
  held : R -> Prop;
  exact_at : (R -> R) -> R -> Prop
}.
Definition proper (F : arithmetic) : Prop :=
  0 <= u F /\ 0 <= theta F /\ 0 <= flush F /\ 0 <= inputs F /\ held F 0.

(** The standard model of one rounding. *)
Definition rounds (F : arithmetic) (extra v computed : R) : Prop := Rabs (computed - v) <= u F * Rabs v + extra.

(** *** Sums and products in any order *)

(** A binary tree over terms that are numbered. *)
Inductive order (n : nat) : Type := Leaf (i : 'I_n) | Node (a b : order n).
Fixpoint leaves (n : nat) (T : order n) : seq 'I_n :=
  match T with Leaf i => [:: i] | Node a b => leaves a ++ leaves b end.
(** Every term stands in the tree once. *)
Definition takes_all (n : nat) (T : order n) : Prop := perm_eq (leaves T) (enum 'I_n).

(** [v] is computed by additions along the tree; the terms that are products are rounded. *)
Fixpoint adds (F : arithmetic) (n : nat) (t : 'V_n) (product : 'I_n -> bool) (T : order n) (v : R) : Prop :=
  match T with
  | Leaf i => if product i then rounds F (theta F) (t i) v else v = t i
  | Node a b => exists x y, adds F t product a x /\ adds F t product b y /\ rounds F (flush F) (x + y) v
  end.
(** [v] is computed by multiplications along the tree, of which none underflows. *)
Fixpoint multiplies (F : arithmetic) (n : nat) (x : 'V_n) (T : order n) (v : R) : Prop :=
  match T with
  | Leaf i => v = x i
  | Node a b => exists y z, multiplies F x a y /\ multiplies F x b z /\ rounds F 0 (y * z) v
  end.

(** The bound of rule 3 for [n] terms, [m] of them products, whose magnitudes sum to [A]; one term is taken alone. *)
Definition rule_3 (F : arithmetic) (n m : nat) (A : R) : R :=
  match n, m with
  | 0, _ => 0
  | 1, 0 => 0
  | 1, _ => u F * A + theta F
  | _, _ => (1 + u F) ^ n * (A + (INR m * theta F + INR n.-1 * flush F)) - A
  end.

(** ** Sums and products in any order *)

Section Trees.
Variable F : arithmetic.
Hypothesis pF : proper F.
Let u0 : 0 <= u F := proj1 pF.
Let theta0 : 0 <= theta F := proj1 (proj2 pF).
Let flush0 : 0 <= flush F := proj1 (proj2 (proj2 pF)).

Lemma one_le_pow n : 1 <= (1 + u F) ^ n.
Proof. by apply: pow_R1_Rle; lra. Qed.

(** The claim in the proof of Lemma 4. *)
Lemma adds_error n (t : 'V_n) product T v : adds F t product T v ->
  Rabs (v - \sum_(i <- leaves T) t i) <=
  (1 + u F) ^ size (leaves T) * (\sum_(i <- leaves T) Rabs (t i) +
    (\sum_(i <- leaves T) (if product i then theta F else 0) + INR (size (leaves T)).-1 * flush F))
  - \sum_(i <- leaves T) Rabs (t i).
Proof.
elim: T v => [i|a IHa b IHb] v /=.
  rewrite !big_seq1 /=; case: (product i) => [H|->]; last first.
    by rewrite Rminus_eq_0 Rabs_R0; have := Rabs_pos (t i); nra.
  by rewrite /rounds in H; have := Rabs_pos (t i); nra.
move=> [x [y [/IHa Ha [/IHb Hb H]]]]; rewrite !big_cat size_cat /=.
have s1 : (0 < size (leaves a))%N by elim: (a) => //= c Hc d Hd; rewrite size_cat addn_gt0 Hc.
have s2 : (0 < size (leaves b))%N by elim: (b) => //= c Hc d Hd; rewrite size_cat addn_gt0 Hc.
move: Ha Hb; set n1 := size (leaves a) in s1 *; set n2 := size (leaves b) in s2 *.
set S1 := \sum_(i <- leaves a) t i; set S2 := \sum_(i <- leaves b) t i.
set A1 := \sum_(i <- leaves a) Rabs (t i); set A2 := \sum_(i <- leaves b) Rabs (t i).
set P1 := \sum_(i <- leaves a) (if product i then theta F else 0).
set P2 := \sum_(i <- leaves b) (if product i then theta F else 0) => Ha Hb.
have bigabs (r : seq 'I_n) : Rabs (\sum_(i <- r) t i) <= \sum_(i <- r) Rabs (t i).
  elim: r => [|i r IH]; first by rewrite !big_nil Rabs_R0; lra.
  by rewrite !big_cons; apply: Rle_trans (Rabs_triang _ _) _; apply: Rplus_le_compat_l.
have bigpos (r : seq 'I_n) : 0 <= \sum_(i <- r) (if product i then theta F else 0).
  by elim: r => [|i r IH]; rewrite ?big_nil ?big_cons; [lra|case: (product i); lra].
have a1 := bigabs (leaves a); have a2 := bigabs (leaves b); rewrite -/S1 -/A1 in a1; rewrite -/S2 -/A2 in a2.
have p1 := bigpos (leaves a); have p2 := bigpos (leaves b); rewrite -/P1 in p1; rewrite -/P2 in p2.
have En : INR (n1 + n2).-1 = INR n1.-1 + INR n2.-1 + 1.
  have -> : (n1 + n2).-1 = (n1.-1 + n2.-1).+1 by rewrite -{1}(prednK s1) -{1}(prednK s2) addnS addSn.
  by rewrite S_INR; congr (_ + 1); exact: plus_INR.
rewrite En; move: Ha Hb (pos_INR n1.-1) (pos_INR n2.-1).
set k1 := INR n1.-1; set k2 := INR n2.-1 => Ha Hb k10 k20.
set H1 := P1 + k1 * flush F in Ha *; set H2 := P2 + k2 * flush F in Hb *.
have h1 : 0 <= H1 by rewrite /H1; nra.
have h2 : 0 <= H2 by rewrite /H2; nra.
have q1 := one_le_pow n1; have q2 := one_le_pow n2.
have step m k : (0 < k)%N -> (1 + u F) ^ m * (1 + u F) <= (1 + u F) ^ (m + k).
  move=> k0; rewrite -(prednK k0) pow_add /=.
  have := one_le_pow k.-1; have := one_le_pow m => qm qk.
  apply: Rmult_le_compat_l; first lra.
  by rewrite -{1}(Rmult_1_r (1 + u F)); apply: Rmult_le_compat_l; lra.
have e1 := step n1 n2 s2; have e2 : (1 + u F) ^ n2 * (1 + u F) <= (1 + u F) ^ (n1 + n2) by rewrite addnC; exact: step.
have q := one_le_pow (n1 + n2).
have ex : Rabs (x + y - (S1 + S2)) <= Rabs (x - S1) + Rabs (y - S2).
  by rewrite (_ : x + y - (S1 + S2) = (x - S1) + (y - S2)); [exact: Rabs_triang|ring].
have exy : Rabs (x + y) <= Rabs (x + y - (S1 + S2)) + (A1 + A2).
  have := Rabs_triang (x + y - (S1 + S2)) (S1 + S2); have := Rabs_triang S1 S2.
  by rewrite (_ : x + y - (S1 + S2) + (S1 + S2) = x + y); [lra|ring].
have ev : Rabs (v - (S1 + S2)) <= Rabs (v - (x + y)) + Rabs (x + y - (S1 + S2)).
  by rewrite (_ : v - (S1 + S2) = (v - (x + y)) + (x + y - (S1 + S2))); [exact: Rabs_triang|ring].
rewrite /rounds in H.
have A10 : 0 <= A1 by apply: Rle_trans (Rabs_pos _) a1.
have A20 : 0 <= A2 by apply: Rle_trans (Rabs_pos _) a2.
set X := (1 + u F) ^ n1 in Ha q1 e1; set Y := (1 + u F) ^ n2 in Hb q2 e2; set Z := (1 + u F) ^ (n1 + n2) in e1 e2 q *.
set d := Rabs (x + y - (S1 + S2)) in ex exy ev *.
have dle : d <= X * (A1 + H1) - A1 + (Y * (A2 + H2) - A2) by lra.
have vle : Rabs (v - (S1 + S2)) <= (1 + u F) * d + u F * (A1 + A2) + flush F by nra.
have : (1 + u F) * d <= X * (1 + u F) * (A1 + H1) + Y * (1 + u F) * (A2 + H2) - (1 + u F) * (A1 + A2) by nra.
have : X * (1 + u F) * (A1 + H1) <= Z * (A1 + H1) by apply: Rmult_le_compat_r; lra.
have : Y * (1 + u F) * (A2 + H2) <= Z * (A2 + H2) by apply: Rmult_le_compat_r; lra.
have : flush F <= Z * flush F by nra.
have -> : Z * (A1 + A2 + (P1 + P2 + (k1 + k2 + 1) * flush F)) - (A1 + A2) =
  Z * (A1 + H1) + Z * (A2 + H2) + Z * flush F - (A1 + A2) by rewrite /H1 /H2; ring.
lra.
Qed.

Lemma products_count n (product : 'I_n -> bool) :
  \sum_i (if product i then theta F else 0) = INR #|[pred i | product i]| * theta F.
Proof.
rewrite -big_mkcond /= big_const cardE -cardE; elim: #|_| => [|k IH]; first by rewrite /=; ring.
by rewrite iterS IH S_INR; ring.
Qed.

(** A product of [n + 1] factors is multiplied with [n] roundings. *)
Lemma multiplies_error n (x : 'V_n) T v : multiplies F x T v ->
  Rabs (v - \big[Rmult/1]_(i <- leaves T) x i) <=
  ((1 + u F) ^ (size (leaves T)).-1 - 1) * Rabs (\big[Rmult/1]_(i <- leaves T) x i).
Proof.
elim: T v => [i|a IHa b IHb] v /=; first by rewrite big_seq1 /= => ->; rewrite Rminus_eq_0 Rabs_R0; lra.
move=> [y [z [/IHa Ha [/IHb Hb H]]]]; rewrite big_cat size_cat /=.
have s1 : (0 < size (leaves a))%N by elim: (a) => //= c Hc d Hd; rewrite size_cat addn_gt0 Hc.
have s2 : (0 < size (leaves b))%N by elim: (b) => //= c Hc d Hd; rewrite size_cat addn_gt0 Hc.
move: Ha Hb; set P := \big[_/_]_(i <- leaves a) x i; set Q := \big[_/_]_(i <- leaves b) x i.
have -> : (size (leaves a) + size (leaves b)).-1 = ((size (leaves a)).-1 + (size (leaves b)).-1).+1.
  by rewrite -{1}(prednK s1) -{1}(prednK s2) addnS addSn.
rewrite [(1 + u F) ^ _.+1]/= pow_add.
have q1 := one_le_pow (size (leaves a)).-1; have q2 := one_le_pow (size (leaves b)).-1.
set X := (1 + u F) ^ _ in q1 *; set Y := (1 + u F) ^ _ in q2 * => Ha Hb.
rewrite /rounds Rplus_0_r Rabs_mult in H; rewrite Rabs_mult.
have ey : Rabs y <= X * Rabs P.
  by have := Rabs_triang (y - P) P; rewrite (_ : y - P + P = y); [lra|ring].
have ez : Rabs z <= Y * Rabs Q.
  by have := Rabs_triang (z - Q) Q; rewrite (_ : z - Q + Q = z); [lra|ring].
have eyz : Rabs (y * z - P * Q) <= (X * Y - 1) * (Rabs P * Rabs Q).
  have -> : y * z - P * Q = (y - P) * z + P * (z - Q) by ring.
  apply: Rle_trans (Rabs_triang _ _) _; rewrite !Rabs_mult.
  have := Rabs_pos P; have := Rabs_pos Q; have := Rabs_pos z; have := Rabs_pos (y - P) => ? ? ? ?.
  have : Rabs (y - P) * Rabs z <= (X - 1) * Rabs P * (Y * Rabs Q) by apply: Rmult_le_compat; lra.
  have : Rabs P * Rabs (z - Q) <= Rabs P * ((Y - 1) * Rabs Q) by apply: Rmult_le_compat_l; lra.
  lra.
have eyz' : Rabs y * Rabs z <= X * Y * (Rabs P * Rabs Q).
  rewrite (_ : X * Y * (Rabs P * Rabs Q) = (X * Rabs P) * (Y * Rabs Q)); last by ring.
  by apply: Rmult_le_compat; try exact: Rabs_pos.
have := Rabs_triang (v - y * z) (y * z - P * Q).
rewrite (_ : v - y * z + (y * z - P * Q) = v - P * Q); last by ring.
have : u F * (Rabs y * Rabs z) <= u F * (X * Y * (Rabs P * Rabs Q)) by apply: Rmult_le_compat_l.
move=> *; lra.
Qed.

End Trees.

Theorem accuracy_sum : forall (F : arithmetic) (n : nat) (t : 'V_n) (product : 'I_n -> bool) (T : order n) (v : R),
  proper F -> takes_all T -> adds F t product T v ->
  Rabs (v - \sum_i t i) <= rule_3 F n #|[pred i | product i]| (\sum_i Rabs (t i)).
Proof.
move=> F n t product T v pF all H.
have size_T : size (leaves T) = n by rewrite (perm_size all) size_enum_ord.
have big_T (f : 'I_n -> R) : \sum_(i <- leaves T) f i = \sum_i f i.
  by rewrite (perm_big _ all) /= big_enum.
have := adds_error pF H; rewrite !big_T size_T products_count.
case: n t product T v all H size_T {big_T} => [|[|n]] t product T v all H size_T; last by [].
  have some : exists i, i \in leaves T.
    elim: (T) => [i|a [i Hi] b _]; first by exists i; rewrite inE.
    by exists i; rewrite /= mem_cat Hi.
  by case: some => -[].
move=> _; case: T all H size_T => [i|a b] all H size_T; last first.
  have s1 : (0 < size (leaves a))%N by elim: (a) => //= c Hc d Hd; rewrite size_cat addn_gt0 Hc.
  have s2 : (0 < size (leaves b))%N by elim: (b) => //= c Hc d Hd; rewrite size_cat addn_gt0 Hc.
  by move: size_T s1 s2; rewrite /= size_cat; case: (size _) => // k; case: (size _) => // j; rewrite addnS.
have E : #|[pred i | product i]| = product i.
  rewrite (ord1 i) in H *; rewrite -sum1_card big_mkcond big_ord_recl big_ord0 /= inE addn0.
  by case: (product _).
move: H; rewrite !sum_I1 E /= (ord1 i); case: (product ord0) => /= [H|->].
- exact: H.
- by rewrite Rminus_eq_0 Rabs_R0; lra.
Qed.

Theorem accuracy_product : forall (F : arithmetic) (n : nat) (x : 'V_n.+1) (T : order n.+1) (v : R),
  proper F -> takes_all T -> multiplies F x T v ->
  Rabs (v - \prod_i x i) <= ((1 + u F) ^ n - 1) * Rabs (\prod_i x i).
Proof.
move=> F n x T v pF all H.
have size_T : size (leaves T) = n.+1 by rewrite (perm_size all) size_enum_ord.
have := multiplies_error pF H; rewrite size_T /=.
by rewrite (perm_big _ all) /= big_enum.
Qed.
