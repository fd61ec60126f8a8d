(** * All norms on vectors are equivalent ([calculus.continuity]) *)

From Gradspec Require Import Base.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** A norm. *)
Definition is_norm {T : finType} (N : vec T -> R) : Prop :=
  (forall x y, N (x +v y) <= N x + N y) /\ (forall t x, N (t *: x) = Rabs t * N x) /\
  (forall x, N x = 0 -> x = vzero T).

Lemma norm_zero (T : finType) (N : vec T -> R) : is_norm N -> N (vzero T) = 0.
Proof.
move=> [_ [scale _]]; have -> : vzero T = 0 *: vzero T by apply: vec_eq => i; rewrite /vscale /vzero; ring.
by rewrite scale Rabs_R0 Rmult_0_l.
Qed.

Lemma norm_ge0 (T : finType) (N : vec T -> R) x : is_norm N -> 0 <= N x.
Proof.
move=> H; have [triangle [scale _]] := H; have := triangle x (-1 *: x).
have -> : x +v -1 *: x = vzero T by apply: vec_eq => i; rewrite /vadd /vscale /vzero; ring.
by rewrite (norm_zero H) scale Rabs_Ropp Rabs_R1; lra.
Qed.

Lemma norm_upper (T : finType) (N : vec T -> R) : is_norm N -> exists C, 0 < C /\ forall x, N x <= C * vnorm x.
Proof.
move=> H; have [triangle [scale _]] := H.
exists (\sum_j N (unit_vector j) + 1).
have s0 : 0 <= \sum_j N (unit_vector j) by apply: sum_ge0 => j; exact: norm_ge0.
split=> [|x]; first lra.
have step r : uniq r -> N (fun k => if k \in r then x k else 0) <= \big[Rplus/0]_(j <- r) (N (unit_vector j) * vnorm x).
  elim: r => [_|j r IH /= /andP[out /IH le]].
    by rewrite big_nil; apply: Req_le; exact: norm_zero.
  rewrite big_cons; have -> : (fun k => if k \in j :: r then x k else 0) =
      (x j *: unit_vector j) +v (fun k => if k \in r then x k else 0).
    apply: vec_eq => k; rewrite inE /vadd /vscale /unit_vector /delta.
    by case: eqP => [->|_] /=; [rewrite (negbTE out)|]; ring.
  apply: Rle_trans (triangle _ _) _; apply: Rplus_le_compat => //.
  rewrite scale Rmult_comm; apply: Rmult_le_compat_l; [exact: norm_ge0|exact: vnorm_ge].
have := step (index_enum T) (index_enum_uniq _).
have -> : (fun k => if k \in index_enum T then x k else 0) = x by apply: vec_eq => k; rewrite mem_index_enum.
rewrite -sum_mulr; have := vnorm_ge0 x; nra.
Qed.

(** The lower bound, for the vectors that are 0 outside of [r], by induction on [r].  For a new axis [j] the distance of
    [unit_vector j] from those vectors is positive, since else a Cauchy filter of them tends to [unit_vector j]. *)
Lemma norm_lower (T : finType) (N : vec T -> R) : is_norm N -> exists c, 0 < c /\ forall x, c * vnorm x <= N x.
Proof.
move=> H; have [triangle [scale null]] := H; have [C [C0 up]] := norm_upper H.
have sub x y : N (x -v y) = N (y -v x).
  have -> : x -v y = -1 *: (y -v x) by apply: vec_eq => i; rewrite /vscale /vsub; ring.
  by rewrite scale Rabs_Ropp Rabs_R1 Rmult_1_l.
pose inside (r : seq T) (x : vec T) := forall k, k \notin r -> x k = 0.
suff low (r : seq T) : exists c, 0 < c /\ forall x, inside r x -> c * vnorm x <= N x.
  have [c [c0 Hc]] := low (index_enum T); exists c; split=> // x; apply: Hc => k.
  by rewrite mem_index_enum.
elim: r => [|j r [c [c0 IH]]].
  exists 1; split=> [|x x0]; first lra.
  have -> : x = vzero T by apply: vec_eq => k; exact: x0.
  by rewrite vnorm_zero (norm_zero H); lra.
have [old|new] := boolP (j \in r).
  exists c; split=> // x x0; apply: IH => k out; apply: x0; rewrite inE negb_or out andbT.
  by apply: contraNneq out => ->.
have [d [d0 far]] : exists d, 0 < d /\ forall v, inside r v -> d <= N (unit_vector j -v v).
  apply: Classical_Prop.NNPP => no.
  have close e : 0 < e -> exists v, inside r v /\ N (unit_vector j -v v) < e.
    move=> e0; apply: Classical_Prop.NNPP => none; apply: no; exists e; split=> // v v0.
    by apply: Rnot_lt_le => lt; apply: none; exists v.
  pose F k (P : R -> Prop) := exists e, 0 < e /\ forall v, inside r v -> N (unit_vector j -v v) < e -> P (v k).
  have FF k : ProperFilter (F k).
    split=> [P [e [e0 He]]|]; first by have [v [v0 lt]] := close e e0; exists (v k); exact: He.
    split=> [|P Q [e [e0 He]] [e' [e0' He']]|P Q PQ [e [e0 He]]].
    - by exists 1; split=> //; lra.
    - exists (Rmin e e'); split=> [|v v0 lt]; first exact: Rmin_pos.
      split; [apply: He|apply: He'] => //; [have := Rmin_l e e'|have := Rmin_r e e']; lra.
    - by exists e; split=> // v v0 lt; apply: PQ; exact: He.
  (* Two vectors of the filter differ little, in norm and hence in each entry. *)
  have cauchy k e v w : inside r v -> inside r w -> N (unit_vector j -v v) < c * e / 2 ->
      N (unit_vector j -v w) < c * e / 2 -> Rabs (v k - w k) < e.
    move=> v0 w0 lv lw; apply: Rle_lt_trans (vnorm_ge (v -v w) k) _.
    apply: (Rmult_lt_reg_l c) => //; apply: Rle_lt_trans (IH _ _) _.
      by move=> i out; rewrite /vsub v0 // w0 //; ring.
    have -> : v -v w = (v -v unit_vector j) +v (unit_vector j -v w).
      by apply: vec_eq => i; rewrite /vadd /vsub; ring.
    by apply: Rle_lt_trans (triangle _ _) _; rewrite sub; lra.
  have small e : 0 < e -> 0 < c * e / 2 by move=> e0; apply: Rdiv_lt_0_compat; [exact: Rmult_lt_0_compat|lra].
  pose l k := R_complete_lim (F k).
  have conv k e : 0 < e -> exists e', 0 < e' /\
      forall v, inside r v -> N (unit_vector j -v v) < e' -> Rabs (v k - l k) < e.
    move=> e0; have points (eps : posreal) : exists y, F k (ball y eps).
      have s := small _ (cond_pos eps); have [v [v0 lv]] := close _ s.
      by exists (v k), (c * eps / 2); split=> // w w0 lw; exact: (cauchy k eps w v).
    by have [e' [e0' He]] := @R_complete (F k) (FF k) points (mkposreal _ e0); exists e'.
  have l0 : inside r l.
    move=> k out; apply: Classical_Prop.NNPP => /Rabs_pos_lt pos; have [e' [e0' He]] := conv k _ pos.
    have [v [v0 lv]] := close _ e0'; have := He v v0 lv.
    by rewrite v0 // Rminus_0_l Rabs_Ropp; lra.
  have zero : N (unit_vector j -v l) = 0.
    apply: Rle_antisym; last exact: norm_ge0.
    apply: le_epsilon => eps e0; rewrite Rplus_0_l.
    have e2 : 0 < eps / (2 * C) by apply: Rdiv_lt_0_compat; lra.
    have [|k|e' [e0' He]] := @finite_choice T (fun k e' => forall v, inside r v -> N (unit_vector j -v v) < e' ->
      Rabs (v k - l k) < eps / (2 * C)).
    - by move=> k e1 e3 [e30 le] He v v0 lv; apply: He => //; lra.
    - exact: conv.
    have [|v [v0 lv]] := close (Rmin e' (eps / 2)); first by apply: Rmin_pos; lra.
    have lv1 := Rlt_le_trans _ _ _ lv (Rmin_l _ _); have lv2 := Rlt_le_trans _ _ _ lv (Rmin_r _ _).
    have -> : unit_vector j -v l = (unit_vector j -v v) +v (v -v l).
      by apply: vec_eq => i; rewrite /vadd /vsub; ring.
    apply: Rle_trans (triangle _ _) _.
    have : N (v -v l) <= C * (eps / (2 * C)).
      apply: Rle_trans (up _) _; apply: Rmult_le_compat_l; first lra.
      by apply: vnorm_le => [|k]; [lra|apply: Rlt_le; exact: He].
    have -> : C * (eps / (2 * C)) = eps / 2 by field; lra.
    lra.
  have := f_equal (fun x : vec T => x j) (null _ zero).
  by rewrite /vsub /unit_vector delta_same l0 // /vzero; lra.
(* The entry [j] is bounded by [N x / d], and the rest by the induction. *)
set n := N (unit_vector j); have n0 : 0 <= n by exact: norm_ge0.
set D := 1 + / d + / c * (1 + n / d).
have i1 : 0 < / d by apply: Rinv_0_lt_compat.
have i2 : 0 < / c by apply: Rinv_0_lt_compat.
have nd : 0 <= n / d by apply: Rmult_le_pos; lra.
have D0 : 0 < D by rewrite /D; nra.
exists (/ D); split=> [|x x0]; first exact: Rinv_0_lt_compat.
have N0 : 0 <= N x by exact: norm_ge0.
set y : vec T := fun k => if k == j then 0 else x k.
have y0 : inside r y.
  move=> k out; rewrite /y; case: eqP => // /eqP ne; apply: x0.
  by rewrite inE negb_or out andbT.
have E : x = x j *: unit_vector j +v y.
  apply: vec_eq => k; rewrite /vadd /vscale /unit_vector /delta /y; case: eqP => [->|_]; ring.
have xj : Rabs (x j) <= / d * N x.
  case: (Req_dec (x j) 0) => [->|nz]; first by rewrite Rabs_R0; nra.
  have p := Rabs_pos_lt _ nz.
  have lt : d <= N (unit_vector j -v - / x j *: y).
    by apply: far => k out; rewrite /vscale y0 //; ring.
  apply: (Rmult_le_reg_l d) => //; rewrite -Rmult_assoc Rinv_r ?Rmult_1_l; last lra.
  have -> : N x = Rabs (x j) * N (unit_vector j -v - / x j *: y).
    by rewrite -scale {1}E; congr N; apply: vec_eq => k; rewrite /vadd /vsub /vscale; field.
  by rewrite Rmult_comm; apply: Rmult_le_compat_l; lra.
have Ny : N y <= (1 + n / d) * N x.
  have -> : y = x +v (- x j) *: unit_vector j.
    apply: vec_eq => k; have := f_equal (fun z : vec T => z k) E.
    by rewrite /vadd /vscale; lra.
  apply: Rle_trans (triangle _ _) _; rewrite scale Rabs_Ropp -/n.
  have -> : (1 + n / d) * N x = N x + / d * N x * n by field; lra.
  by apply: Rplus_le_compat_l; exact: Rmult_le_compat_r.
have vy : vnorm y <= / c * ((1 + n / d) * N x).
  apply: (Rmult_le_reg_l c) => //; rewrite -Rmult_assoc Rinv_r ?Rmult_1_l; last lra.
  exact: Rle_trans (IH y y0) Ny.
have vx : vnorm x <= D * N x.
  apply: vnorm_le => [|k]; first by apply: Rmult_le_pos; lra.
  have b0 : 0 <= / c * ((1 + n / d) * N x).
    by apply: Rmult_le_pos; [lra|apply: Rmult_le_pos; lra].
  have a0 : 0 <= / d * N x by apply: Rmult_le_pos; lra.
  case: (eqVneq k j) => [->|ne]; first by rewrite /D; nra.
  have := vnorm_ge y k; rewrite /y (negbTE ne) -/y => le.
  rewrite /D; nra.
apply: (Rmult_le_reg_l D) => //; rewrite -Rmult_assoc Rinv_r ?Rmult_1_l; [exact: vx|lra].
Qed.
