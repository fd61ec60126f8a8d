(** * Chapter 4: softmax

    Its value, its logarithm, its Jacobian, and the properties of the last section of the chapter. *)

From Gradspec Require Import Base Activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

Definition softmax {T : finType} (z : vec T) : vec T := fun i => exp (z i) / \sum_j exp (z j).

(** The logarithm of the sum of the exponentials. *)
Definition lse {T : finType} (z : vec T) : R := ln (\sum_j exp (z j)).
Definition log_softmax {T : finType} (z : vec T) : vec T := fun i => z i - lse z.

(** The entries of [z] outside of [A] alone: their softmax and their log-softmax. *)
Definition softmax_without {T : finType} (A : pred T) (z : vec T) : vec T :=
  fun i => exp (z i) / \sum_(j | ~~ A j) exp (z j).
Definition log_softmax_without {T : finType} (A : pred T) (z : vec T) : vec T :=
  fun i => z i - ln (\sum_(j | ~~ A j) exp (z j)).

(** A batch of samples in columns, and in rows. *)
Definition softmax_columns {m N : nat} (Z : 'M_(m, N)) : 'M_(m, N) :=
  fun '(i, k) => softmax (fun j => Z (j, k)) i.
Definition softmax_rows {m N : nat} (Z : 'M_(N, m)) : 'M_(N, m) :=
  fun '(k, i) => softmax (fun j => Z (k, j)) i.

(** ** The value *)

(* For Base *)
Lemma sum_tail (T : finType) (P : pred T) (f : T -> R) j : (forall i, 0 <= f i) -> P j -> f j <= \sum_(i | P i) f i.
Proof.
move=> f0 Pj; rewrite (bigD1 j) //= -{1}(Rplus_0_r (f j)); apply: Rplus_le_compat_l.
by elim/big_ind: _ => [|a b|i _]; [lra|move=> *; lra|].
Qed.

Lemma sum_split (T : finType) (A : pred T) (f : T -> R) :
  \sum_j f j = \sum_(j | ~~ A j) f j + \sum_(j | A j) f j.
Proof. by rewrite (bigID A) /= Rplus_comm. Qed.

Section Softmax.
Variable T : finType.
Implicit Types (z v : vec T) (i j k : T).

Lemma sum_exp_pos z i : 0 < \sum_j exp (z j).
Proof. by apply: (sum_gt0 i) => j; exact: exp_pos. Qed.

Lemma softmax_pos z i : 0 < softmax z i.
Proof. by apply: Rdiv_lt_0_compat; [exact: exp_pos|exact: (sum_exp_pos z i)]. Qed.

Lemma softmax_sum z i : \sum_j softmax z j = 1.
Proof. by rewrite /softmax -sum_div; field; have := sum_exp_pos z i; lra. Qed.

Lemma softmax_shift z c i : softmax (fun j => z j + c) i = softmax z i.
Proof.
have e0 := exp_pos c; have s0 := sum_exp_pos z i.
have E : \sum_j exp (z j + c) = exp c * \sum_j exp (z j).
  by rewrite sum_mull; apply: sum_ext => j; rewrite exp_plus Rmult_comm.
by rewrite /softmax E exp_plus; field; lra.
Qed.

Lemma softmax_one_minus z i : 1 - softmax z i = \sum_(k | k != i) softmax z k.
Proof. by rewrite -(softmax_sum z i) (sum_remove i); ring. Qed.

Lemma softmax_lt1 z i k : k != i -> softmax z i < 1.
Proof.
move=> ne; have := softmax_one_minus z i; have := softmax_pos z k.
have := @sum_tail T (fun j => j != i) (softmax z) k (fun j => Rlt_le _ _ (softmax_pos z j)) ne.
lra.
Qed.

Lemma softmax_log z i : softmax z i = exp (z i - lse z).
Proof. by rewrite /softmax /lse /Rminus exp_plus exp_Ropp exp_ln //; exact: (sum_exp_pos z i). Qed.

Lemma log_softmax_softmax z i : ln (softmax z i) = z i - lse z.
Proof. by rewrite softmax_log ln_exp. Qed.

Lemma lse_shift z c i : lse (fun j => z j - c) = lse z - c.
Proof.
have E : \sum_j exp (z j - c) = exp (- c) * \sum_j exp (z j).
  by rewrite sum_mull; apply: sum_ext => j; rewrite /Rminus exp_plus Rmult_comm.
by rewrite /lse E ln_mult ?ln_exp; [ring|exact: exp_pos|exact: (sum_exp_pos z i)].
Qed.

(** With the entries of [A] far below, the sum of the others remains. *)
Lemma sum_without_pos (A : pred T) z k : ~~ A k -> 0 < \sum_(j | ~~ A j) exp (z j).
Proof.
move=> nA; rewrite (bigD1 k) //=; apply: Rplus_lt_le_0_compat; first exact: exp_pos.
by elim/big_ind: _ => [|a b|j _]; [lra|move=> *; lra|apply: Rlt_le; exact: exp_pos].
Qed.

Lemma far_below (A : pred T) z k eps : ~~ A k -> 0 < eps -> exists B, forall z' : vec T,
  (forall j, A j -> z' j <= B) -> (forall j, ~~ A j -> z' j = z j) ->
  let E := \sum_(j | ~~ A j) exp (z j) in let X := \sum_(j | A j) exp (z' j) in
  0 < E /\ 0 <= X <= eps * E /\ \sum_j exp (z' j) = E + X /\ (forall j, A j -> exp (z' j) <= X) /\
  (forall j, ~~ A j -> exp (z' j) <= E).
Proof.
move=> nA e0; set E := \sum_(j | ~~ A j) exp (z j).
have E0 : 0 < E by exact: sum_without_pos nA.
set c := INR #|T| + 1; have c0 : 0 < c by have := pos_INR #|T|; rewrite /c; lra.
have a0 : 0 < eps * E / c by apply: Rdiv_lt_0_compat => //; nra.
exists (ln (eps * E / c)) => z' lo same E' X.
split=> //; split.
  split; first by rewrite /X; elim/big_ind: _ => [|a b|j _]; [lra|move=> *; lra|apply: Rlt_le; exact: exp_pos].
  have : X <= \sum_(j : T) eps * E / c.
    rewrite /X (sum_split A (fun _ => eps * E / c)).
    have : 0 <= \sum_(j | ~~ A j) eps * E / c by elim/big_ind: _ => [|a b|j _]; [lra|move=> *; lra|lra].
    have : \sum_(j | A j) exp (z' j) <= \sum_(j | A j) eps * E / c.
      elim/big_ind2: _ => [|a b a' b'|j /lo le]; [lra|move=> *; lra|].
      rewrite -(exp_ln _ a0); case: (Req_dec (z' j) (ln (eps * E / c))) => [->|ne]; first lra.
      by apply: Rlt_le; apply: exp_increasing; lra.
    by lra.
  rewrite sum_const => le; apply: Rle_trans le _.
  have -> : INR #|T| * (eps * E / c) = eps * E * (INR #|T| / c) by rewrite /Rdiv; ring.
  rewrite -{2}(Rmult_1_r (eps * E)); apply: Rmult_le_compat_l; first nra.
  by have n0 := pos_INR #|T|; apply/Rle_div_l; rewrite /c; lra.
split.
  by rewrite (sum_split A); congr (_ + _); apply: eq_bigr => j /same ->.
split=> j Aj; first by apply: (@sum_tail T A (fun i => exp (z' i))) => // i; apply: Rlt_le; exact: exp_pos.
by rewrite same //; apply: (@sum_tail T (fun i => ~~ A i) (fun i => exp (z i))) => // i; apply: Rlt_le; exact: exp_pos.
Qed.

End Softmax.

Lemma softmax_two (z : 'V_2) : softmax z i1 = sigmoid (z i1 - z i2) /\ softmax z i2 = sigmoid (z i2 - z i1).
Proof.
rewrite /softmax /sigmoid sum_I2; have a := exp_pos (z i1); have b := exp_pos (z i2).
by split; rewrite /Rminus Ropp_plus_distr Ropp_involutive exp_plus exp_Ropp; field; lra.
Qed.

Lemma other_place m (i : 'I_m) : (2 <= m)%N -> exists k : 'I_m, k != i.
Proof.
case: m i => [|[|m]] // i _; case: (i =P ord0) => [->|/eqP ne]; first by exists ord_max.
by exists ord0; rewrite eq_sym.
Qed.

Lemma softmax_single m (z : 'V_m) i : m = 1%N -> softmax z i = 1.
Proof.
move=> m1; move: z i; rewrite m1 => z; apply: forall_I1.
by rewrite -(softmax_sum z i1) sum_I1.
Qed.

Lemma softmax_below_one m (z : 'V_m) i : (2 <= m)%N -> softmax z i < 1.
Proof. by move=> m2; have [k ne] := other_place i m2; exact: softmax_lt1 ne. Qed.

(** In the last part the entries in [A] tend to minus infinity and the others, of which there is one, stay. *)
Theorem softmax_value :
  (forall (m : nat) (z : 'V_m),
    (forall i, softmax z i = exp (z i) / \sum_j exp (z j)) /\
    (forall i, softmax z i = exp (z i - ln (\sum_j exp (z j)))) /\
    (forall M i, softmax z i = exp (z i - M) / \sum_j exp (z j - M)) /\
    (forall M i, softmax z i = exp ((z i - M) - ln (\sum_j exp (z j - M)))) /\
    (forall i, 0 < softmax z i) /\ ((1 <= m)%N -> \sum_i softmax z i = 1) /\
    (m = 1%N -> forall i, softmax z i = 1) /\ ((2 <= m)%N -> forall i, softmax z i < 1) /\
    (forall c, softmax (fun i => z i + c) = softmax z)) /\
  (forall z : 'V_2, softmax z i1 = sigmoid (z i1 - z i2) /\ softmax z i2 = sigmoid (z i2 - z i1)) /\
  (forall t, softmax (entries 2 [:: t; 0]) i1 = sigmoid t) /\
  (forall (m : nat) (A : pred 'I_m) (z : 'V_m) (k : 'I_m), ~~ A k ->
    forall eps, 0 < eps -> exists B, forall z' : 'V_m,
    (forall j, A j -> z' j <= B) -> (forall j, ~~ A j -> z' j = z j) ->
    forall i, Rabs (softmax z' i - (if A i then 0 else softmax_without A z i)) <= eps).
Proof.
split.
  move=> m z; split=> //; split; first by move=> i; exact: softmax_log.
  have S M i : softmax z i = softmax (fun j => z j - M) i by rewrite -(softmax_shift z (- M) i).
  split; first by move=> M i; exact: S.
  split; first by move=> M i; rewrite (S M) softmax_log.
  split; first exact: softmax_pos.
  split; first by case: m z S => [//|m] z S _; exact: (softmax_sum z ord0).
  split; first by move=> m1 i; exact: softmax_single.
  split; first by move=> m2 i; exact: softmax_below_one.
  by move=> c; apply: vec_eq => i; exact: softmax_shift.
split; first exact: softmax_two.
split; first by move=> t; have [-> _] := softmax_two (entries 2 [:: t; 0]); rewrite /entries /= Rminus_0_r.
move=> m A z k nA eps e0; have [B HB] := far_below z nA e0; exists B => z' lo same i.
have [] := HB z' lo same; rewrite /softmax_without; set E := \sum_(j | ~~ A j) exp (z j);
  set X := \sum_(j | A j) exp (z' j).
move=> E0 [[X0 X1] [S [HA HnA]]].
have XE : X / (E + X) <= eps by apply/Rle_div_l; nra.
rewrite /softmax S; case Ai: (A i).
- rewrite Rminus_0_r Rabs_pos_eq; last by apply: Rlt_le; apply: Rdiv_lt_0_compat; [exact: exp_pos|lra].
  apply: Rle_trans XE; apply: Rmult_le_compat_r; last exact: HA.
  by apply: Rlt_le; apply: Rinv_0_lt_compat; lra.
- have e1 := exp_pos (z i); have := HnA i; rewrite Ai same ?Ai // => /(_ isT) le.
  have -> : exp (z i) / (E + X) - exp (z i) / E = - (X / (E + X) * (exp (z i) / E)) by field; lra.
  rewrite Rabs_Ropp Rabs_pos_eq; last by apply: Rmult_le_pos; apply: Rdiv_le_0_compat; lra.
  have : exp (z i) / E <= 1 by apply/Rle_div_l; lra.
  have : 0 <= X / (E + X) by apply: Rdiv_le_0_compat; lra.
  have : 0 < exp (z i) / E by exact: Rdiv_lt_0_compat.
  nra.
Qed.

Theorem log_softmax_value :
  (forall (m : nat) (z : 'V_m),
    (forall i, log_softmax z i = z i - ln (\sum_j exp (z j))) /\
    (forall i, ln (softmax z i) = log_softmax z i) /\
    (forall M i, log_softmax z i = (z i - M) - ln (\sum_j exp (z j - M))) /\
    (forall i, log_softmax z i <= 0) /\ (m = 1%N -> forall i, log_softmax z i = 0) /\
    ((2 <= m)%N -> forall i, log_softmax z i < 0)) /\
  (forall (m : nat) (A : pred 'I_m) (z : 'V_m) (k : 'I_m), ~~ A k ->
    forall eps K, 0 < eps -> exists B, forall z' : 'V_m,
    (forall j, A j -> z' j <= B) -> (forall j, ~~ A j -> z' j = z j) ->
    (forall i, A i -> log_softmax z' i <= K) /\
    (forall i, ~~ A i -> Rabs (log_softmax z' i - log_softmax_without A z i) <= eps)).
Proof.
split.
  move=> m z; have L i : ln (softmax z i) = log_softmax z i by exact: log_softmax_softmax.
  split=> //; split=> //; split.
    by move=> M i; rewrite -/(lse (fun j => z j - M)) (lse_shift z M i) /log_softmax; ring.
  have L2 : (2 <= m)%N -> forall i, log_softmax z i < 0.
    by move=> m2 i; rewrite -L -ln_1; apply: ln_increasing; [exact: softmax_pos|exact: softmax_below_one].
  have L1 : m = 1%N -> forall i, log_softmax z i = 0 by move=> m1 i; rewrite -L softmax_single // ln_1.
  split; last by split.
  move=> i; case: (leqP 2 m) => m2; first by apply: Rlt_le; exact: L2.
  rewrite L1; first lra.
  by case: m m2 i {z L L2 L1} => [_ []//|[]].
move=> m A z k nA eps K e0.
have m0 : 0 < Rmin eps (exp K) by apply: Rmin_pos => //; exact: exp_pos.
have [B HB] := far_below z nA m0; exists B => z' lo same.
have [] := HB z' lo same; rewrite /log_softmax_without; set E := \sum_(j | ~~ A j) exp (z j);
  set X := \sum_(j | A j) exp (z' j).
move=> E0 [[X0 X1] [S [HA HnA]]].
have X2 : X <= eps * E by have := Rmin_l eps (exp K); nra.
have X3 : X <= exp K * E by have := Rmin_r eps (exp K); nra.
split=> i Ai.
- rewrite /log_softmax /lse S.
  have le : exp (z' i) <= exp K * (E + X) by have := HA i Ai; have := exp_pos K; nra.
  have : ln (exp (z' i)) <= ln (exp K * (E + X)) by apply: ln_le => //; exact: exp_pos.
  by rewrite ln_mult ?ln_exp; [lra|exact: exp_pos|lra].
- rewrite /log_softmax /lse S same //.
  have -> : z i - ln (E + X) - (z i - ln E) = - (ln (E + X) - ln E) by ring.
  have D : ln (E + X) - ln E = ln ((E + X) / E) by rewrite ln_div //; lra.
  have Q : (E + X) / E = 1 + X / E by field; lra.
  have x0 : 0 <= X / E by apply: Rdiv_le_0_compat; lra.
  have x1 : X / E <= eps by apply/Rle_div_l; lra.
  have lo1 : 0 <= ln (1 + X / E) by rewrite -ln_1; apply: ln_le; lra.
  have hi1 : ln (1 + X / E) <= X / E.
    rewrite -{2}(ln_exp (X / E)); apply: ln_le; first lra.
    by have := exp_ineq1_le (X / E); lra.
  by rewrite Rabs_Ropp D Q Rabs_pos_eq; lra.
Qed.

(** ** Properties of the value *)

Theorem softmax_sums_to_one : forall (m : nat) (z : 'V_m), (1 <= m)%N ->
  (forall i, 0 <= softmax z i) /\ \sum_i softmax z i = 1.
Proof.
move=> m z m1; split; first by move=> i; apply: Rlt_le; exact: softmax_pos.
by case: m z m1 => [//|m] z _; exact: (softmax_sum z ord0).
Qed.

Theorem softmax_shift_invariant : forall (m : nat) (z z' : 'V_m),
  (forall c, softmax (fun i => z i + c) = softmax z) /\
  (softmax z = softmax z' -> exists c, forall i, z i = z' i + c).
Proof.
move=> m z z'; split=> [c|E]; first by apply: vec_eq => i; exact: softmax_shift.
exists (lse z - lse z') => i.
by have := log_softmax_softmax z i; have := log_softmax_softmax z' i; rewrite E; lra.
Qed.

Theorem softmax_permutation_equivariant : forall (m : nat) (pi : 'I_m -> 'I_m) (z : 'V_m), bijective pi ->
  forall i, softmax (fun j => z (pi j)) i = softmax z (pi i).
Proof.
move=> m pi z Hpi i; rewrite /softmax; congr (_ / _).
by rewrite [RHS](reindex pi) //; exact: onW_bij.
Qed.

(** ** The Jacobian *)

Section Jacobian.
Variable T : finType.
Implicit Types (z v : vec T).

Lemma gradient_exp (j : T) z : is_gradient (fun x => exp (x j)) z (fun k => exp (z j) * delta j k).
Proof. by apply: gradient_scalar; [exact: is_derive_exp|exact: gradient_entry]. Qed.

Lemma gradient_sum_exp z : is_gradient (fun x => \sum_j exp (x j)) z (fun k => exp (z k)).
Proof.
by apply: gradient_eq (gradient_sum (fun j => gradient_exp j z)) _ => k; exact: sum_delta_r'.
Qed.

(** The quotient rule, as in the text. *)
Lemma softmax_is_jacobian z :
  is_jacobian softmax z (fun '(i, j) => softmax z i * (delta i j - softmax z j)).
Proof.
apply/jacobian_rows => i; have s0 := sum_exp_pos z i.
apply: gradient_eq (gradient_div _ (gradient_exp i z) (gradient_sum_exp z)) _ => [|j]; first lra.
by rewrite /softmax; field; lra.
Qed.

Lemma lse_gradient z (i : T) : is_gradient lse z (softmax z).
Proof.
have s0 := sum_exp_pos z i.
apply: gradient_eq (gradient_scalar (is_derive_ln _ s0) (gradient_sum_exp z)) _ => j.
by rewrite /softmax; field; lra.
Qed.

End Jacobian.

Theorem softmax_jacobian : forall (m : nat) (z : 'V_m), let s := softmax z in
  let J : 'M_(m, m) := fun '(i, j) => s i * (delta i j - s j) in
  is_jacobian softmax z J /\
  J = diag s -v outer s s /\
  (forall i j, J (i, j) = if i == j then s i * \sum_(k | k != i) s k else - s i * s j) /\
  (forall i j, J (i, j) = J (j, i)) /\
  (forall v, 0 <= dot v (J *v v)) /\
  (forall i, \sum_j J (i, j) = 0) /\ (forall j, \sum_i J (i, j) = 0) /\
  (m = 1%N -> forall i j, J (i, j) = 0).
Proof.
move=> m z s J.
have symm i j : J (i, j) = J (j, i).
  by rewrite /J delta_sym /delta; case: eqP => [->|_]; ring.
have row i : \sum_j J (i, j) = 0.
  rewrite /J -sum_mull sum_minus (softmax_sum z i).
  have -> : \sum_j delta i j = 1 by rewrite -(sum_delta i (fun _ => 1)); apply: sum_ext => j; ring.
  by ring.
split; first exact: softmax_is_jacobian.
split.
  apply: mat_eq => i j; rewrite /J /vsub /diag /outer delta_sym /delta.
  by case: eqP => [->|_]; ring.
split.
  move=> i j; rewrite /J -softmax_one_minus /delta; case: eqP => [<-|_] //=; first by rewrite /s; ring.
split=> //; split.
  move=> v; have [->|[k]] : v = vzero _ \/ exists k : 'I_m, True.
  - case: m z s J symm row v => [|m] z s J symm row v; last by right; exists ord0.
    by left; apply: vec_eq => -[].
  - by rewrite /dot sum_zero => [|i]; [lra|rewrite /vzero; ring].
  - move=> _; set b := dot s v.
    suff -> : dot v (J *v v) = \sum_i s i * (v i - b) ^ 2.
      by apply: sum_ge0 => i; have := softmax_pos z i; have := pow2_ge_0 (v i - b); rewrite -/s; nra.
    have E1 : \sum_i s i * (v i - b) ^ 2 = \sum_i s i * (v i * v i) - b * b.
      transitivity (\sum_i (s i * (v i * v i) - 2 * b * (s i * v i) + b * b * s i)).
        by apply: sum_ext => i; ring.
      rewrite sum_plus sum_minus -!sum_mull (softmax_sum z k) -/(dot s v) -/b; ring.
    rewrite E1 /dot /mulmv.
    transitivity (\sum_i (s i * (v i * v i) - b * (s i * v i))).
      apply: sum_ext => i; rewrite /J.
      have -> : \sum_j s i * (delta i j - s j) * v j = s i * (v i - b).
        transitivity (\sum_j (s i * (delta i j * v j) - s i * (s j * v j))); first by apply: sum_ext => j; ring.
        by rewrite sum_minus -!sum_mull sum_delta -/(dot s v) -/b; ring.
      by ring.
    by rewrite sum_minus -sum_mull.
split=> //; split; first by move=> j; transitivity (\sum_i J (j, i)); [apply: sum_ext => i; exact: symm|exact: row].
move=> m1; move: z s J symm row; rewrite m1 => z s J _ row i j.
by have := row i; rewrite sum_I1 (ord1 j).
Qed.

Theorem softmax_rows_sum_to_zero : forall (m : nat) (z : 'V_m) (J : 'M_(m, m)), is_jacobian softmax z J ->
  (forall i, \sum_j J (i, j) = 0) /\ (forall j, \sum_i J (i, j) = 0).
Proof.
move=> m z J H; have [H' [_ [_ [_ [_ [row [col _]]]]]]] := softmax_jacobian z.
by rewrite (jacobian_unique H H').
Qed.

Theorem softmax_symmetric : forall (m : nat) (z : 'V_m) (J : 'M_(m, m)), is_jacobian softmax z J ->
  forall i j, J (i, j) = J (j, i).
Proof.
by move=> m z J H; have [H' [_ [_ [S _]]]] := softmax_jacobian z; rewrite (jacobian_unique H H').
Qed.

Lemma softmax_jacobian_satisfiable (m : nat) (z : 'V_m) : exists J : 'M_(m, m), is_jacobian softmax z J.
Proof. by exists (fun '(i, j) => softmax z i * (delta i j - softmax z j)); exact: softmax_is_jacobian. Qed.

(** The kernel of [J] is the line of the vectors with equal entries, so that the rank is [m - 1]. *)
Theorem softmax_semidefinite : forall (m : nat) (z : 'V_m) (J : 'M_(m, m)), (1 <= m)%N -> is_jacobian softmax z J ->
  forall v : 'V_m, let s := softmax z in let mean := dot s v in
  dot v (J *v v) = \sum_i s i * (v i - mean) ^ 2 /\ 0 <= dot v (J *v v) /\
  (dot v (J *v v) = 0 <-> forall i j, v i = v j) /\
  (J *v v = vzero _ <-> exists c, v = c *: ones _).
Proof.
move=> m z J m1 H v s b; have k : 'I_m by exact: Ordinal m1.
rewrite (jacobian_unique H (softmax_is_jacobian z)) -/s.
have Jv i : \sum_j s i * (delta i j - s j) * v j = s i * (v i - b).
  transitivity (\sum_j (s i * (delta i j * v j) - s i * (s j * v j))); first by apply: sum_ext => j; ring.
  by rewrite sum_minus -!sum_mull sum_delta -/(dot s v) -/b; ring.
have var : dot v ((fun '(i, j) => s i * (delta i j - s j)) *v v) = \sum_i s i * (v i - b) ^ 2.
  have -> : \sum_i s i * (v i - b) ^ 2 = \sum_i s i * (v i * v i) - b * b.
    transitivity (\sum_i (s i * (v i * v i) - 2 * b * (s i * v i) + b * b * s i)); first by apply: sum_ext => i; ring.
    rewrite sum_plus sum_minus -!sum_mull (softmax_sum z k) -/(dot s v) -/b; ring.
  rewrite /dot /mulmv; transitivity (\sum_i (s i * (v i * v i) - b * (s i * v i))).
    by apply: sum_ext => i; rewrite Jv; ring.
  by rewrite sum_minus -sum_mull.
have ge0 i : 0 <= s i * (v i - b) ^ 2.
  by have := softmax_pos z i; have := pow2_ge_0 (v i - b); rewrite -/s; nra.
have null : dot v ((fun '(i, j) => s i * (delta i j - s j)) *v v) = 0 -> forall i, v i = b.
  rewrite var => E i; have := sum_eq0 ge0 E i => /Rmult_integral [z0|].
  - by have := softmax_pos z i; rewrite -/s; lra.
  - by move=> z0; have : v i - b = 0; [nra|lra].
have const : (forall i j, v i = v j) -> forall i, v i = b.
  move=> C i; rewrite /b /dot; transitivity (\sum_j s j * v i).
    by rewrite -sum_mulr (softmax_sum z k); ring.
  by apply: sum_ext => j; rewrite (C i j).
split=> //; split; first by rewrite var; exact: sum_ge0.
split.
  split=> [/null E i j|/const E]; first by rewrite !E.
  by rewrite var sum_zero // => i; rewrite E; ring.
split=> [E|[c E]].
- exists b; apply: vec_eq => i; rewrite /vscale /ones Rmult_1_r; apply: null.
  by rewrite E /dot sum_zero // => j; rewrite /vzero; ring.
- apply: vec_eq => i; rewrite /mulmv Jv const; first by rewrite /vzero; ring.
  by move=> p q; rewrite E.
Qed.

Theorem softmax_vjp : forall (m : nat) (z v : 'V_m), let s := softmax z in
  let r : 'V_m := fun i => s i * (v i - dot s v) in
  is_vjp softmax z v r /\
  (forall J, is_jacobian softmax z J -> r = J *v v) /\
  (forall i, r i = s i * \sum_j s j * (v i - v j)) /\
  \sum_i r i = 0 /\ (m = 1%N -> forall i, r i = 0).
Proof.
move=> m z v s r; set J0 : 'M_(m, m) := fun '(i, j) => s i * (delta i j - s j).
have HJ : is_jacobian softmax z J0 by exact: softmax_is_jacobian.
have Jv : r = J0 *v v.
  apply: vec_eq => i; rewrite /r /mulmv /J0.
  transitivity (\sum_j (s i * (delta i j * v j) - s i * (s j * v j))); last by apply: sum_ext => j; ring.
  by rewrite sum_minus -!sum_mull sum_delta -/(dot s v); ring.
have St i : r i = s i * \sum_j s j * (v i - v j).
  rewrite /r; congr (_ * _); transitivity (\sum_j (v i * s j - s j * v j)); last by apply: sum_ext => j; ring.
  by rewrite sum_minus -sum_mull (softmax_sum z i); rewrite /dot; ring.
split.
  exists J0; split=> //; rewrite Jv; congr (_ *v _); apply: mat_eq => i j.
  exact: (softmax_symmetric HJ).
split; first by move=> J HJ'; rewrite (jacobian_unique HJ' HJ).
split=> //; split.
  rewrite Jv; transitivity (dot (J0^T *v ones _) v).
    rewrite -dot_mulmv; apply: sum_ext => i; rewrite /ones; ring.
  apply: sum_zero => j; rewrite mulmv_tr.
  have [_ col] := softmax_rows_sum_to_zero HJ.
  have -> : \sum_i J0 (i, j) * ones _ i = \sum_i J0 (i, j) by apply: sum_ext => i; rewrite /ones; ring.
  by rewrite col; ring.
move=> m1 i; rewrite St; suff -> : \sum_j s j * (v i - v j) = 0 by ring.
by apply: sum_zero => j; have -> : j = i by [move: i j; rewrite m1 => i j; rewrite !ord1]; ring.
Qed.

Theorem softmax_batch : forall (m N : nat) (Z : 'M_(m, N)),
  (forall i k, softmax_columns Z (i, k) = exp (Z (i, k)) / \sum_j exp (Z (j, k))) /\
  (forall i k, softmax_columns Z (i, k) = softmax (fun j => Z (j, k)) i) /\
  softmax_rows Z^T = (softmax_columns Z)^T.
Proof. by move=> m N Z; split=> //; split=> //; apply: mat_eq. Qed.

(** ** Errata *)

(** Printed: softmax maps into the open cube, for every [m]. *)
Theorem erratum_EJ09 : ~ forall (m : nat) (z : 'V_m) i, 0 < softmax z i < 1.
Proof.
move=> /(_ 1%N (entries 1 [:: 3]) i1) [_].
by rewrite softmax_single //; lra.
Qed.

(** Printed: softmax of a batch in columns divides by the sums over the samples. *)
Theorem erratum_EP10 : ~ forall (m N : nat) (Z : 'M_(m, N)) i k,
  softmax_columns Z (i, k) = exp (Z (i, k)) / \sum_l exp (Z (i, l)).
Proof.
move=> /(_ 3%N 1%N (rows 3 1 [:: [:: 1]; [:: 2]; [:: 3]]) i1 i1).
rewrite sum_I1 /softmax_columns => E.
have := @softmax_below_one 3 (fun j => rows 3 1 [:: [:: 1]; [:: 2]; [:: 3]] (j, i1)) i1 erefl; rewrite E.
set a := exp _; have a0 : 0 < a by exact: exp_pos.
by have -> : a / a = 1; [field|]; lra.
Qed.
