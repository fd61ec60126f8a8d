(** * 10. Accuracy, second part: forms, their admissible evaluations, their enclosures *)

From Gradspec Require Export Base Accuracy.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** *** Forms *)

Inductive operation := Addition | Subtraction | Multiplication | Division.
Definition exact_result (o : operation) (x y : R) : R :=
  match o with Addition => x + y | Subtraction => x - y | Multiplication => x * y | Division => x / y end.

(** A form is a tree.  [Function f k a] errs by at most [k] ulps; [Choice] follows the sign of its first argument;
    [Indicator i] is the derivative of relu or leaky relu at the unit [i], with its values below, at and above 0;
    [Nested] is a clause with two listed forms (and, nested again, with more). *)
Inductive form : Type :=
| Argument (x : R)
| Constant (c : R)
| Negation (a : form)
| Absolute (a : form)
| Maximum (a b : form)
| Operation (o : operation) (a b : form)
| Function (f : R -> R) (k : R) (a : form)
| Sum (s : terms)
| Mean (N : nat) (s : terms)
| Choice (a below at_zero above : form)
| Indicator (unit : nat) (a : form) (below at_zero above : R)
| Nested (a b : form)
with terms : Type :=
| NoTerms
| Term (a : form) (s : terms)
| Product (a b : form) (s : terms).

Scheme form_ind' := Induction for form Sort Prop with terms_ind' := Induction for terms Sort Prop.
Combined Scheme form_terms_ind from form_ind', terms_ind'.

(** *** Rules of an admissible evaluation, numbered as in the text *)

Definition power_of_two (y : R) : Prop := exists e : nat, y = 2 ^ e \/ y = - 2 ^ e \/ y = / 2 ^ e \/ y = - / 2 ^ e.

Definition rule_2_bound (F : arithmetic) (o : operation) (v : R) : R :=
  match o with
  | Addition | Subtraction => u F * Rabs v + flush F
  | Multiplication => u F * Rabs v + theta F
  | Division => 2 * u F * Rabs v + theta F
  end.
(** Rule 2 with its fifth line, and rule 5. *)
Definition admits (F : arithmetic) (o : operation) (x y v : R) : Prop :=
  let e := exact_result o x y in
  Rabs (v - e) <= rule_2_bound F o e /\
  (o = Multiplication -> power_of_two x \/ power_of_two y ->
     Rabs (v - e) <= theta F /\ (smallest_normal F <= Rabs e -> v = e)) /\
  (o = Division -> power_of_two y -> Rabs (v - e) <= theta F /\ (smallest_normal F <= Rabs e -> v = e)) /\
  (e = 0 -> o <> Division \/ y <> 0 -> v = 0) /\
  (o = Addition -> x = 0 -> v = y) /\ (o = Addition \/ o = Subtraction -> y = 0 -> v = x) /\
  (o = Subtraction -> x = 0 -> v = - y) /\
  (held F e -> o <> Division \/ power_of_two y -> flush F = 0 \/ smallest_normal F <= Rabs e -> v = e).

(** The terms of a sum as they stand in an evaluation: their exact values, and which of them are products. *)
Definition total (r : seq (R * bool)) : R := \sum_(t <- r) t.1.
Definition magnitude (r : seq (R * bool)) : R := \sum_(t <- r) Rabs t.1.
Definition not_zero (t : R * bool) : bool := if Req_EM_T t.1 0 then false else true.
Definition terms_of (r : seq (R * bool)) : nat := count not_zero r.
Definition products_of (r : seq (R * bool)) : nat := count (fun t => t.2 && not_zero t) r.

(** Rule 4 for a mean of [N] samples, where a power of two divides without a rounding. *)
Definition roundings (N : nat) : nat := if [exists e : 'I_N, N == (2 ^ e)%N] then 0%N else 2%N.
Definition rule_4 (F : arithmetic) (N n m : nat) (A : R) : R :=
  match n with
  | 0 => 0
  | _ => (1 + u F) ^ (n + roundings N) *
         (A / INR N + (INR m * theta F + INR n.-1 * flush F + INR n * theta F)) - A / INR N
  end.

(** What an elementary function with [k] ulps keeps. *)
Definition function_bound (F : arithmetic) (k v : R) : R := 2 * k * u F * Rabs v + k * theta F.

(** The branch of a value. *)
Inductive branch := Below | AtZero | Above.
Definition branch_of (x : R) : branch := if Rlt_dec x 0 then Below else if Rlt_dec 0 x then Above else AtZero.
Definition pick {X : Type} (b : branch) (below at_zero above : X) : X :=
  match b with Below => below | AtZero => at_zero | Above => above end.

(** [v] can be the computed value of the form, [pattern] being the branches that the units take (rule 6). *)
Fixpoint computed (F : arithmetic) (pattern : nat -> branch) (t : form) (v : R) : Prop :=
  match t with
  | Argument x => v = x \/ (0 < flush F /\ Rabs x < smallest_normal F /\ v = 0)
  | Constant c => Rabs (v - c) <= u F * Rabs c /\ (held F c -> v = c)
  | Negation a => exists x, computed F pattern a x /\ v = - x
  | Absolute a => exists x, computed F pattern a x /\ v = Rabs x
  | Maximum a b => exists x y, computed F pattern a x /\ computed F pattern b y /\ v = Rmax x y
  | Operation o a b => exists x y, computed F pattern a x /\ computed F pattern b y /\ admits F o x y v
  | Function f k a => exists x, computed F pattern a x /\
      Rabs (v - f x) <= function_bound F k (f x) /\ (exact_at F f x -> v = f x)
  | Sum s => exists r, computed_terms F pattern s r /\
      Rabs (v - total r) <= rule_3 F (terms_of r) (products_of r) (magnitude r)
  | Mean N s => exists r, computed_terms F pattern s r /\
      Rabs (v - total r / INR N) <= rule_4 F N (terms_of r) (products_of r) (magnitude r)
  | Choice a b c d => exists x, computed F pattern a x /\
      computed F pattern (pick (branch_of x) b c d) v
  | Indicator i a b c d => exists x, computed F pattern a x /\ pattern i = branch_of x /\ v = pick (pattern i) b c d
  | Nested a b => computed F pattern a v \/ computed F pattern b v
  end
with computed_terms (F : arithmetic) (pattern : nat -> branch) (s : terms) (r : seq (R * bool)) : Prop :=
  match s with
  | NoTerms => r = [::]
  | Term a s => exists x q, computed F pattern a x /\ computed_terms F pattern s q /\ r = (x, false) :: q
  | Product a b s => exists x y p q, computed F pattern a x /\ computed F pattern b y /\
      Rabs (p - x * y) <= (2 * inputs F + inputs F * inputs F) * Rabs (x * y) /\
      computed_terms F pattern s q /\ r = (p, true) :: q
  end.

(** Rule 10: the answer may be rounded once more. *)
Definition answers (F : arithmetic) (pattern : nat -> branch) (t : form) (v : R) : Prop :=
  exists x, computed F pattern t x /\ Rabs (v - x) <= u F * Rabs x + theta F /\ (held F x -> v = x).

(** *** Enclosures: an interval from [lo] to [hi] *)

(** The largest magnitude in an interval. *)
Definition size_of (lo hi : R) : R := Rmax (Rabs lo) (Rabs hi).
(** [lo'] to [hi'] contains the interval [lo] to [hi], widened by [bound]. *)
Definition widened (lo hi bound lo' hi' : R) : Prop := lo' <= lo - bound /\ hi + bound <= hi'.
(** [lo] to [hi] contains the image of [f] on the intervals; outward rounding may make it larger. *)
Definition image1 (f : R -> R) (la ha lo hi : R) : Prop := forall x, la <= x <= ha -> lo <= f x <= hi.
Definition image2 (f : R -> R -> R) (la ha lb hb lo hi : R) : Prop :=
  forall x y, la <= x <= ha -> lb <= y <= hb -> lo <= f x y <= hi.

(** Some value of the interval takes the branch. *)
Definition meets (lo hi : R) (b : branch) : Prop := exists x, lo <= x <= hi /\ branch_of x = b.

(** [enumerated i] says that the indicator of the unit [i] is enumerated: an envelope belongs to each pattern. *)
Fixpoint encloses (F : arithmetic) (pattern : nat -> branch) (enumerated : nat -> bool) (t : form) (lo hi : R) : Prop :=
  match t with
  | Argument x =>
      (lo <= x <= hi) /\ (0 < flush F -> Rabs x < smallest_normal F -> lo <= 0 <= hi)
  | Constant c => (held F c /\ lo <= c <= hi) \/ widened c c (u F * Rabs c) lo hi
  | Negation a => exists la ha, encloses F pattern enumerated a la ha /\ lo <= - ha /\ - la <= hi
  | Absolute a => exists la ha, encloses F pattern enumerated a la ha /\ image1 Rabs la ha lo hi
  | Maximum a b => exists la ha lb hb,
      encloses F pattern enumerated a la ha /\ encloses F pattern enumerated b lb hb /\
      lo <= Rmax la lb /\ Rmax ha hb <= hi
  | Operation o a b => exists la ha lb hb l h,
      encloses F pattern enumerated a la ha /\ encloses F pattern enumerated b lb hb /\
      image2 (exact_result o) la ha lb hb l h /\ (o = Division -> 0 < lb \/ hb < 0) /\
      (* an ordinary operation *)
      (widened l h (rule_2_bound F o (size_of l h)) lo hi \/
      (* the point 0 as a result, and as an operand *)
       (l = 0 /\ h = 0 /\ lo <= 0 <= hi) \/
       (o = Addition /\ la = 0 /\ ha = 0 /\ lo <= lb /\ hb <= hi) \/
       ((o = Addition \/ o = Subtraction) /\ lb = 0 /\ hb = 0 /\ lo <= la /\ ha <= hi) \/
       (o = Subtraction /\ la = 0 /\ ha = 0 /\ lo <= - hb /\ - lb <= hi) \/
      (* a factor or a divisor that is the point of a power of two *)
       ((o = Multiplication /\ la = ha /\ power_of_two la \/
         (o = Multiplication \/ o = Division) /\ lb = hb /\ power_of_two lb) /\
        (widened l h (theta F) lo hi \/
         (forall e, l <= e <= h -> smallest_normal F <= Rabs e) /\ lo <= l /\ h <= hi)) \/
      (* the regime [exact] *)
       (la = ha /\ lb = hb /\ held F (exact_result o la lb) /\ (o <> Division \/ power_of_two lb) /\
        (flush F = 0 \/ smallest_normal F <= Rabs (exact_result o la lb)) /\ lo <= exact_result o la lb <= hi))
  | Function f k a => exists la ha l h,
      encloses F pattern enumerated a la ha /\ image1 f la ha l h /\
      (0 <= k /\ widened l h (function_bound F k (size_of l h)) lo hi \/
       la = ha /\ exact_at F f la /\ lo <= f la <= hi)
  | Sum s => exists n m l h A, encloses_terms F pattern enumerated s n m l h A /\ widened l h (rule_3 F n m A) lo hi
  | Mean N s => exists n m l h A, encloses_terms F pattern enumerated s n m l h A /\ (0 < N)%N /\
      widened (l / INR N) (h / INR N) (rule_4 F N n m A) lo hi
  | Choice a b c d => exists la ha, encloses F pattern enumerated a la ha /\
      (meets la ha Below -> exists l h, encloses F pattern enumerated b l h /\ lo <= l /\ h <= hi) /\
      (meets la ha AtZero -> exists l h, encloses F pattern enumerated c l h /\ lo <= l /\ h <= hi) /\
      (meets la ha Above -> exists l h, encloses F pattern enumerated d l h /\ lo <= l /\ h <= hi)
  | Indicator i a b c d => exists la ha, encloses F pattern enumerated a la ha /\
      (* in doubt and enumerated: the value of the pattern; else the values of all branches that are met *)
      (enumerated i /\ lo <= pick (pattern i) b c d <= hi \/
       forall w, meets la ha w -> lo <= pick w b c d <= hi)
  | Nested a b => exists la ha lb hb,
      encloses F pattern enumerated a la ha /\ encloses F pattern enumerated b lb hb /\
      lo <= Rmin la lb /\ Rmax ha hb <= hi
  end
with encloses_terms (F : arithmetic) (pattern : nat -> branch) (enumerated : nat -> bool)
    (s : terms) (n m : nat) (lo hi A : R) : Prop :=
  match s with
  | NoTerms => lo <= 0 <= hi /\ 0 <= A
  | Term a s => exists la ha n' lo' hi' A',
      encloses F pattern enumerated a la ha /\ encloses_terms F pattern enumerated s n' m lo' hi' A' /\
      (la = 0 /\ ha = 0 /\ (n' <= n)%N \/ (n' < n)%N) /\
      lo <= la + lo' /\ ha + hi' <= hi /\ size_of la ha + A' <= A
  | Product a b s => exists la ha lb hb l h n' m' lo' hi' A',
      encloses F pattern enumerated a la ha /\ encloses F pattern enumerated b lb hb /\ image2 Rmult la ha lb hb l h /\
      encloses_terms F pattern enumerated s n' m' lo' hi' A' /\
      let w := (2 * inputs F + inputs F * inputs F) * size_of l h in
      (l = 0 /\ h = 0 /\ (n' <= n)%N /\ (m' <= m)%N \/ (n' < n)%N /\ (m' < m)%N) /\
      lo <= l - w + lo' /\ h + w + hi' <= hi /\ size_of (l - w) (h + w) + A' <= A
  end.

(** The envelope of a form. *)
Definition envelope (F : arithmetic) (pattern : nat -> branch) (enumerated : nat ->
  bool) (t : form) (lo hi : R) : Prop :=
  exists l h, encloses F pattern enumerated t l h /\
  (widened l h (u F * size_of l h + theta F) lo hi \/ l = h /\ held F l /\ lo <= l <= hi).

(** ** Lemmas *)

Lemma size_of_ge lo hi x : lo <= x <= hi -> Rabs x <= size_of lo hi.
Proof.
move=> [a b]; rewrite /size_of.
apply: Rabs_le; split.
- have := Rmax_l (Rabs lo) (Rabs hi); have := Rle_abs (- lo); rewrite Rabs_Ropp; lra.
- have := Rmax_r (Rabs lo) (Rabs hi); have := Rle_abs hi; lra.
Qed.

Lemma size_of_ge0 lo hi : 0 <= size_of lo hi.
Proof. exact: Rle_trans (Rabs_pos _) (Rmax_l _ _). Qed.

Lemma in_widened l h x v bound bound' lo hi :
  l <= x <= h -> Rabs (v - x) <= bound -> bound <= bound' -> widened l h bound' lo hi -> lo <= v <= hi.
Proof. by move=> xl /Rabs_le_between vx le [a b]; lra. Qed.

Section Soundness.
Variable F : arithmetic.
Hypothesis pF : proper F.
Let u0 : 0 <= u F := proj1 pF.
Let theta0 : 0 <= theta F := proj1 (proj2 pF).
Let flush0 : 0 <= flush F := proj1 (proj2 (proj2 pF)).
Let inputs0 : 0 <= inputs F := proj1 (proj2 (proj2 (proj2 pF))).

Lemma rule_2_bound_le o v w : Rabs v <= w -> rule_2_bound F o v <= rule_2_bound F o w.
Proof.
move=> le; have w0 : Rabs w = w by apply: Rabs_pos_eq; apply: Rle_trans (Rabs_pos _) le.
by have := Rabs_pos v; rewrite /rule_2_bound w0; case: o; nra.
Qed.

Lemma function_bound_le k v w : 0 <= k -> Rabs v <= w -> function_bound F k v <= function_bound F k w.
Proof.
move=> k0 le; have w0 : Rabs w = w by apply: Rabs_pos_eq; apply: Rle_trans (Rabs_pos _) le.
rewrite /function_bound w0; have : 0 <= k * u F by apply: Rmult_le_pos.
by have := Rabs_pos v; nra.
Qed.

Lemma growth_le n n' : (n <= n')%N -> (1 + u F) ^ n <= (1 + u F) ^ n'.
Proof. by move=> /leP le; apply: Rle_pow => //; lra. Qed.

Lemma count_le n n' : (n <= n')%N -> INR n <= INR n'.
Proof. by move=> /leP; exact: le_INR. Qed.

(** The bound of a sum grows with the number of terms, of products, and with the magnitudes. *)
Lemma general_le n n' A A' h h' : (n <= n')%N -> 0 <= A <= A' -> 0 <= h <= h' ->
  (1 + u F) ^ n * (A + h) - A <= (1 + u F) ^ n' * (A' + h') - A'.
Proof.
move=> le Ale hle; have q := one_le_pow pF n; have q' := growth_le le.
have : (1 + u F) ^ n * (A + h) <= (1 + u F) ^ n' * (A + h) by apply: Rmult_le_compat_r; lra.
have : (1 + u F) ^ n' * (A + h) - A <= (1 + u F) ^ n' * (A' + h') - A' by nra.
lra.
Qed.

Lemma rule_3_ge0 n m A : 0 <= A -> 0 <= rule_3 F n m A.
Proof.
move=> A0; have gen k j : 0 <= (1 + u F) ^ k * (A + (INR j * theta F + INR k.-1 * flush F)) - A.
  have := one_le_pow pF k; have := pos_INR j; have := pos_INR k.-1 => *.
  have : 0 <= INR j * theta F by apply: Rmult_le_pos.
  have : 0 <= INR k.-1 * flush F by apply: Rmult_le_pos.
  nra.
case: n => [|[|n]]; rewrite /rule_3; [lra| |exact: (gen n.+2 m)].
by case: m => [|m]; nra.
Qed.

Lemma rule_3_le n n' m m' A A' : (m <= n)%N -> (n <= n')%N -> (m <= m')%N -> 0 <= A <= A' ->
  rule_3 F n m A <= rule_3 F n' m' A'.
Proof.
move=> mn nn mm AA; case: n mn nn => [|[|n]] mn nn; first by apply: rule_3_ge0; lra.
- case: m mn mm => [|[|//]] _ mm; first by apply: rule_3_ge0; lra.
  case: m' mm => [//|m'] _; case: n' nn => [//|[|n']] _; first by rewrite /=; nra.
  rewrite [rule_3 F 1 1 A]/=; have := @general_le 1 n'.+2 A A' (theta F) (INR m'.+1 * theta F + INR n'.+1 * flush
    F) isT AA.
  have : theta F <= INR m'.+1 * theta F + INR n'.+1 * flush F.
    rewrite S_INR; have := pos_INR m'; have := pos_INR n'.+1; nra.
  have ut : 0 <= u F * theta F by apply: Rmult_le_pos.
  move=> th /(_ ltac:(lra)) le; apply: Rle_trans le; rewrite pow_1; lra.
case: n' nn => [//|[//|n']] nn; rewrite /rule_3.
apply: general_le => //; split.
  by have := pos_INR m; have := pos_INR n.+1 => *; apply: Rplus_le_le_0_compat; apply: Rmult_le_pos.
apply: Rplus_le_compat; apply: Rmult_le_compat_r => //; exact: count_le.
Qed.

Lemma rule_4_le N n n' m m' A A' : (0 < N)%N -> (n <= n')%N -> (m <= m')%N -> 0 <= A <= A' ->
  rule_4 F N n m A <= rule_4 F N n' m' A'.
Proof.
move=> N0 nn mm AA; have p : 0 < / INR N by apply: Rinv_0_lt_compat; apply: lt_0_INR; apply/ltP.
have h0 k j : 0 <= INR j * theta F + INR k.-1 * flush F + INR k * theta F.
  by have := pos_INR j; have := pos_INR k; have := pos_INR k.-1 => *; do !apply: Rplus_le_le_0_compat;
    apply: Rmult_le_pos.
have AN : 0 <= A / INR N <= A' / INR N by rewrite /Rdiv; nra.
case: n nn => [|n] nn.
  case: n' {nn} => [|n']; rewrite /rule_4; first lra.
  by have := @general_le 0 (n'.+1 + roundings N) 0 (A' / INR N) 0 _ isT ltac:(lra) (conj (Rle_refl 0) (h0 n'.+1
    m')); rewrite /=; lra.
case: n' nn => [//|n'] nn; rewrite /rule_4; apply: general_le => //; first by rewrite leq_add2r.
split; first exact: h0.
have i1 := count_le nn; have i2 := count_le mm; have i3 := @count_le n n' nn.
by do !apply: Rplus_le_compat; apply: Rmult_le_compat_r.
Qed.

Lemma magnitude_ge0 r : 0 <= magnitude r.
Proof. by rewrite /magnitude; elim: r => [|t r IH]; rewrite ?big_nil ?big_cons; [lra|have := Rabs_pos t.1; lra]. Qed.

Lemma products_le_terms r : (products_of r <= terms_of r)%N.
Proof. by apply: sub_count => t /andP[]. Qed.

Lemma meets_branch lo hi x : lo <= x <= hi -> meets lo hi (branch_of x).
Proof. by exists x. Qed.

(** ** The theorem *)

Lemma soundness (pattern : nat -> branch) (enumerated : nat -> bool) :
  (forall t v lo hi, computed F pattern t v -> encloses F pattern enumerated t lo hi -> lo <= v <= hi) /\
  (forall s r n m lo hi A, computed_terms F pattern s r -> encloses_terms F pattern enumerated s n m lo hi A ->
     lo <= total r <= hi /\ magnitude r <= A /\ (terms_of r <= n)%N /\ (products_of r <= m)%N).
Proof.
apply: form_terms_ind.
- by move=> x v lo hi /= [->|[f [s ->]]] [a b]; [lra|exact: b].
- move=> c v lo hi /= [H Hh] [[hc le]|[a b]]; first by rewrite (Hh hc).
  by move/Rabs_le_between: H; lra.
- by move=> a IH v lo hi /= [x [/IH Hx ->]] [la [ha [/Hx ? ?]]]; lra.
- by move=> a IH v lo hi /= [x [/IH Hx ->]] [la [ha [/Hx xa im]]]; exact: im.
- move=> a IHa b IHb v lo hi /= [x [y [/IHa Hx [/IHb Hy ->]]]] [la [ha [lb [hb [/Hx xa [/Hy yb [l1 l2]]]]]]].
  have := Rmax_l x y; have := Rmax_r x y; have := Rmax_l ha hb; have := Rmax_r ha hb => *.
  split; [apply: Rle_trans l1 _|apply: Rle_trans l2]; apply: Rmax_lub; lra.
- move=> o a IHa b IHb v lo hi /= [x [y [/IHa Hx [/IHb Hy adm]]]].
  move=> [la [ha [lb [hb [l [h [/Hx xa [/Hy yb [im [dv cases]]]]]]]]]].
  have e := im x y xa yb; have [r2 [mul2 [div2 [zero [add0 [sub0 [neg0 ex]]]]]]] := adm.
  case: cases => [W|[[l0 [h0 W]]|[[oA [la0 [ha0 W]]]|[[oA [lb0 [hb0 W]]]|[[oS [la0 [ha0 W]]]|[[pw W]|W]]]]]].
  + apply: (in_widened e r2 _ W); exact: rule_2_bound_le (size_of_ge e).
  + rewrite zero //; first by lra.
    by case: o dv {im r2 mul2 div2 zero add0 sub0 neg0 ex adm e} => dv; [left|left|left|right; have := dv erefl; lra].
  + by rewrite add0 //; lra.
  + by rewrite sub0 //; lra.
  + by rewrite neg0 //; lra.
  + have [le exact] : Rabs (v - exact_result o x y) <= theta F /\
      (smallest_normal F <= Rabs (exact_result o x y) -> v = exact_result o x y).
      case: pw => [[oM [lh p]]|[[oM|oD] [lh p]]].
      * by apply: mul2 => //; left; rewrite (_ : x = la) //; lra.
      * by apply: mul2 => //; right; rewrite (_ : y = lb) //; lra.
      * by apply: div2 => //; rewrite (_ : y = lb) //; lra.
    case: W => [W|[normal W]]; first by apply: (in_widened e le (Rle_refl _) W).
    by rewrite exact; [lra|exact: normal].
  + move: W => [lh [lh' [hd [pw [fl W]]]]].
    have Ex : x = la by lra.
    have Ey : y = lb by lra.
    rewrite -Ex -Ey in hd pw fl W.
    by rewrite (ex hd pw fl).
- move=> f k a IH v lo hi /= [x [/IH Hx [H Hex]]] [la [ha [l [h [/Hx xa [im [[k0 W]|[lh [E W]]]]]]]]].
  + apply: (in_widened (im x xa) H _ W); exact: function_bound_le (size_of_ge (im x xa)).
  + have Ex : x = la by lra.
    by rewrite -Ex in E W; rewrite (Hex E).
- move=> s IH v lo hi /= [r [/IH Hr H]] [n [m [l [h [A [/Hr [tot [mag [tn pm]]] W]]]]]].
  apply: (in_widened tot H _ W); apply: rule_3_le => //; first exact: products_le_terms.
  by split=> //; exact: magnitude_ge0.
- move=> N s IH v lo hi /= [r [/IH Hr H]] [n [m [l [h [A [/Hr [tot [mag [tn pm]]] [N0 W]]]]]]].
  have p : 0 < / INR N by apply: Rinv_0_lt_compat; apply: lt_0_INR; apply/ltP.
  have tot' : l / INR N <= total r / INR N <= h / INR N by rewrite /Rdiv; nra.
  apply: (in_widened tot' H _ W); apply: rule_4_le => //.
  by split=> //; exact: magnitude_ge0.
- move=> a IHa b IHb c IHc d IHd v lo hi /= [x [/IHa Hx H]] [la [ha [/Hx xa [M1 [M2 M3]]]]].
  move: H (meets_branch xa); case: (branch_of x) => /= H.
  + by move/M1 => [l [h [/(IHb _ _ _ H) ? ?]]]; lra.
  + by move/M2 => [l [h [/(IHc _ _ _ H) ? ?]]]; lra.
  + by move/M3 => [l [h [/(IHd _ _ _ H) ? ?]]]; lra.
- move=> i a IH b c d v lo hi /= [x [/IH Hx [E ->]]] [la [ha [/Hx xa [[_ W]|W]]]] //.
  by rewrite E; apply: W; exact: meets_branch.
- move=> a IHa b IHb v lo hi /= H [la [ha [lb [hb [ea [eb [l1 l2]]]]]]].
  have := Rmin_l la lb; have := Rmin_r la lb; have := Rmax_l ha hb; have := Rmax_r ha hb.
  by case: H => [/IHa/(_ ea)|/IHb/(_ eb)]; lra.
- move=> r n m lo hi A /= -> [z A0]; rewrite /total /magnitude !big_nil; split; first lra.
  by split.
- move=> a IHa s IHs r n m lo hi A /= [x [q [/IHa Hx [/IHs Hq ->]]]].
  move=> [la [ha [n' [lo' [hi' [A' [/Hx xa [/Hq [tot [mag [tn pm]]] [cnt [l1 [l2 le]]]]]]]]]]].
  rewrite /total /magnitude !big_cons /=; split; first by rewrite -/(total q); lra.
  split; first by rewrite -/(magnitude q); have := size_of_ge xa; lra.
  split; last by rewrite /products_of /= add0n.
  rewrite /terms_of /=; case: cnt => [[la0 [ha0 nn]]|nn].
  + rewrite /not_zero /=; case: Req_EM_T => [_|ne] /=; first exact: leq_trans tn nn.
    by case: ne; lra.
  + apply: leq_trans nn; rewrite -add1n; apply: leq_add => //; exact: leq_b1.
- move=> a IHa b IHb s IHs r n m lo hi A /= [x [y [p [q [/IHa Hx [/IHb Hy [Hp [/IHs Hq ->]]]]]]]].
  move=> [la [ha [lb [hb [l [h [n' [m' [lo' [hi' [A' [/Hx xa [/Hy yb [im [/Hq [tot [mag [tn pm]]] [cnt [l1 [l2
    le]]]]]]]]]]]]]]]]]].
  have e := im x y xa yb; have se := size_of_ge e.
  have w0 : 0 <= 2 * inputs F + inputs F * inputs F by nra.
  have pin : l - (2 * inputs F + inputs F * inputs F) * size_of l h <= p <= h + (2 * inputs F + inputs F * inputs
    F) * size_of l h.
    move/Rabs_le_between: Hp; have := Rmult_le_compat_l _ _ _ w0 se; lra.
  rewrite /total /magnitude !big_cons /=; split; first by rewrite -/(total q); clear e se Hp; lra.
  split; first by rewrite -/(magnitude q); have := size_of_ge pin; clear e se Hp pin; lra.
  rewrite /terms_of /products_of /=; case: cnt => [[l0 [h0 [nn mm]]]|[nn mm]].
  + have p0 : p = 0.
      have xy0 : x * y = 0 by lra.
      by move: Hp; rewrite xy0 Rabs_R0 Rmult_0_r Rminus_0_r => H; apply: Rabs_eq_0; have := Rabs_pos p; lra.
    rewrite /not_zero /=; case: Req_EM_T => [_|ne] //=; split; [exact: leq_trans tn nn|exact: leq_trans pm mm].
  + split; [apply: leq_trans nn|apply: leq_trans mm]; rewrite -add1n; apply: leq_add => //; exact: leq_b1.
Qed.

End Soundness.

(** Every admissible evaluation lies inside its enclosure, node by node, and its answer in the envelope. *)
Theorem accuracy_envelope : forall (F : arithmetic) (pattern : nat -> branch) (enumerated : nat -> bool) (t : form),
  proper F ->
  (forall v lo hi, computed F pattern t v -> encloses F pattern enumerated t lo hi -> lo <= v <= hi) /\
  (forall v lo hi, answers F pattern t v -> envelope F pattern enumerated t lo hi -> lo <= v <= hi).
Proof.
move=> F pattern enumerated t pF; have [S _] := soundness pF pattern enumerated; split; first exact: S.
move=> v lo hi [x [Hx [H Hh]]] [l [h [E W]]]; have xin := S t x l h Hx E.
case: W => [W|[lh [hd W]]].
- apply: (in_widened xin H _ W); apply: Rplus_le_compat_r; apply: Rmult_le_compat_l; first by case: pF.
  exact: size_of_ge.
- have Ex : x = l by lra.
  by rewrite -Ex in hd W; rewrite (Hh hd).
Qed.

(** ** A product in any order *)

(** The enclosure of a product whose factors lie in the intervals [ivs], multiplied in the printed order. *)
Fixpoint in_printed_order (F : arithmetic) (l h : R) (ivs : seq (R * R)) (lo hi : R) : Prop :=
  match ivs with
  | [::] => lo <= l /\ h <= hi
  | i :: ivs => exists l' h' l'' h'', image2 Rmult l h i.1 i.2 l' h' /\ widened l' h' (u F * size_of l' h') l'' h'' /\
      in_printed_order F l'' h'' ivs lo hi
  end.

(** The product times [(1 + e_1) ... (1 + e_k)]. *)
Definition near_one (F : arithmetic) (k : nat) (c : R) : Prop := (1 - u F) ^ k <= c <= (1 + u F) ^ k.

Lemma near_one_mult F k j c d : 0 <= u F < 1 -> near_one F k c -> near_one F j d -> near_one F (k + j) (c * d).
Proof.
move=> [u0 u1] [c1 c2] [d1 d2]; rewrite /near_one !pow_add.
have p k' : 0 <= (1 - u F) ^ k' by apply: pow_le; lra.
have := p k; have := p j => *; split; apply: Rmult_le_compat => //; lra.
Qed.

Lemma multiplies_near F n (x : 'V_n) T v : 0 <= u F < 1 -> multiplies F x T v ->
  exists c, near_one F (size (leaves T)).-1 c /\ v = c * \big[Rmult/1]_(i <- leaves T) x i.
Proof.
move=> u01; elim: T v => [i|a IHa b IHb] v /=.
  by move=> ->; exists 1; rewrite big_seq1 /near_one /=; split; [lra|ring].
move=> [y [z [/IHa [c [nc ->]] [/IHb [d [nd ->]] H]]]]; rewrite big_cat size_cat /=.
have s1 : (0 < size (leaves a))%N by elim: (a) => //= e He f Hf; rewrite size_cat addn_gt0 He.
have s2 : (0 < size (leaves b))%N by elim: (b) => //= e He f Hf; rewrite size_cat addn_gt0 He.
have -> : (size (leaves a) + size (leaves b)).-1 = ((size (leaves a)).-1 + (size (leaves b)).-1 + 1)%N.
  by rewrite addn1 -{1}(prednK s1) -{1}(prednK s2) addnS addSn.
set P := \big[_/_]_(i <- leaves a) x i in H *; set Q := \big[_/_]_(i <- leaves b) x i in H *.
have [e [e1 Ev]] : exists e, Rabs e <= u F /\ v = (c * P * (d * Q)) * (1 + e).
  rewrite /rounds Rplus_0_r in H; set w := c * P * (d * Q) in H *.
  case: (Req_dec w 0) => [w0|ne].
    exists 0; rewrite Rabs_R0; split; first lra.
    by move: H; rewrite w0 Rabs_R0 Rmult_0_r Rminus_0_r => H; have := Rabs_eq_0 v; have := Rabs_pos v; move=> ? ->; lra.
  exists ((v - w) / w); split; last by field.
  by rewrite Rabs_div //; apply/Rle_div_l => //; exact: Rabs_pos_lt.
exists (c * d * (1 + e)); split; last by rewrite Ev; ring.
apply: near_one_mult => //; first exact: near_one_mult.
by move/Rabs_le_between: e1; rewrite /near_one !pow_1; lra.
Qed.

Lemma near_one_step F k c : 0 <= u F < 1 -> near_one F k.+1 c ->
  exists d e, near_one F k d /\ Rabs e <= u F /\ c = d * (1 + e).
Proof.
move=> u01 [c1 c2]; have p : 0 < (1 - u F) ^ k by apply: pow_lt; lra.
have q : 0 < (1 + u F) ^ k by apply: pow_lt; lra.
have pq : (1 - u F) ^ k <= (1 + u F) ^ k by apply: pow_incr; lra.
rewrite /= in c1 c2; rewrite /near_one.
case: (Rle_lt_dec c ((1 - u F) ^ k)) => [le|gt].
  exists ((1 - u F) ^ k), (c / (1 - u F) ^ k - 1); split; first lra.
  split; last by field; lra.
  have a1 : c / (1 - u F) ^ k <= 1 by apply/Rle_div_l; lra.
  have a2 : 1 - u F <= c / (1 - u F) ^ k by apply/Rle_div_r; lra.
  by apply: Rabs_le; lra.
case: (Rle_lt_dec ((1 + u F) ^ k) c) => [ge|lt].
  exists ((1 + u F) ^ k), (c / (1 + u F) ^ k - 1); split; first lra.
  split; last by field; lra.
  have a1 : c / (1 + u F) ^ k <= 1 + u F by apply/Rle_div_l; lra.
  have a2 : 1 <= c / (1 + u F) ^ k by apply/Rle_div_r; lra.
  by apply: Rabs_le; lra.
exists c, 0; split; first lra.
by rewrite Rabs_R0; split; [lra|ring].
Qed.

Lemma printed_order_sound F (ivs : seq (R * R)) (x : seq R) k p l h lo hi : 0 <= u F < 1 ->
  size x = size ivs -> (forall j, (j < size x)%N -> (nth (0, 0) ivs j).1 <= nth 0 x j <= (nth (0, 0) ivs j).2) ->
  (forall c, near_one F k c -> l <= c * p <= h) -> in_printed_order F l h ivs lo hi ->
  forall c, near_one F (k + size x) c -> lo <= c * (p * \big[Rmult/1]_(t <- x) t) <= hi.
Proof.
move=> u01; elim: ivs x k p l h => [|i ivs IH] [|y x] //= k p l h sz inI near_p.
  by move=> [a b] c; rewrite addn0 big_nil Rmult_1_r => /near_p; lra.
move=> [l' [h' [l'' [h'' [im [[w1 w2] rest]]]]]] c; rewrite addnS -addSn big_cons -(Rmult_assoc p y).
apply: (IH x k.+1 (p * y) l'' h'') => //; first by case: sz.
  by move=> j jx; exact: (inI j.+1).
move=> d /(near_one_step u01) [d' [e [nd [e1 ->]]]].
have yin := inI 0%N isT; have v := im _ _ (near_p d' nd) yin.
have := size_of_ge v; set V := d' * p * y in v *.
have -> : d' * (1 + e) * (p * y) = V + e * V by rewrite /V; ring.
have : Rabs (e * V) <= u F * size_of l' h'.
  by rewrite Rabs_mult; apply: Rmult_le_compat; try exact: Rabs_pos; last exact: size_of_ge.
by move/Rabs_le_between => ? ?; rewrite /= in v; lra.
Qed.

(** Multiplied in any order without underflow, the product lies in the enclosure that the printed order gives. *)
Theorem accuracy_product_order : forall (F : arithmetic) (n : nat) (x : 'V_n.+1) (T : order n.+1) (v : R)
  (l h : 'V_n.+1) (lo hi : R), proper F -> u F < 1 -> takes_all T -> multiplies F x T v ->
  (forall j, l j <= x j <= h j) ->
  in_printed_order F (l ord0) (h ord0) [seq (l (lift ord0 j), h (lift ord0 j)) | j <- enum 'I_n] lo hi ->
  lo <= v <= hi.
Proof.
move=> F n x T v l h lo hi pF u1 all H inI enc; have u01 : 0 <= u F < 1 by case: pF.
have [c [nc ->]] := multiplies_near u01 H.
have size_T : size (leaves T) = n.+1 by rewrite (perm_size all) size_enum_ord.
rewrite (perm_big _ all) /= big_enum /= big_ord_recl; rewrite size_T /= in nc.
set xs := [seq x (lift ord0 j) | j <- enum 'I_n]; set ivs := [seq _ | j <- enum 'I_n] in enc.
have sx : size xs = n by rewrite /xs size_map size_enum_ord.
have sz : size xs = size ivs by rewrite sx /ivs size_map size_enum_ord.
have inJ j : (j < size xs)%N -> (nth (0, 0) ivs j).1 <= nth 0 xs j <= (nth (0, 0) ivs j).2.
  rewrite sx => jn; pose k := nth (Ordinal jn) (enum 'I_n) j.
  have -> : nth 0 xs j = x (lift ord0 k) by rewrite /xs (nth_map (Ordinal jn)) // size_enum_ord.
  have -> : nth (0, 0) ivs j = (l (lift ord0 k),
    h (lift ord0 k)) by rewrite /ivs (nth_map (Ordinal jn)) // size_enum_ord.
  exact: inI.
have one d : near_one F 0 d -> l ord0 <= d * x ord0 <= h ord0.
  move=> [d1 d2]; have -> : d = 1 by rewrite /= in d1 d2; lra.
  by rewrite Rmult_1_l.
have := printed_order_sound u01 sz inJ one enc; rewrite sx add0n => /(_ c nc).
by rewrite /xs big_map big_enum.
Qed.

(** ** A dense layer *)

(** The terms of entry [i] of [W x + b]: the products, and the bias as one term more. *)
Definition dense_term {m n : nat} (W : 'M_(m, n)) (x : 'V_n) (b : 'V_m) (i : 'I_m) : 'V_n.+1 :=
  fun j => match unlift ord_max j with Some q => W (i, q) * x q | None => b i end.
Definition is_product {n : nat} (j : 'I_n.+1) : bool := if unlift ord_max j is Some _ then true else false.

(** Entry [i] of a layer with the activation [f], added in any order [T], the products rounded or fused: *)
Theorem accuracy_dense : forall (F : arithmetic) (m n : nat) (W : 'M_(m, n)) (x : 'V_n) (b : 'V_m) (f : R -> R) (k : R)
  (i : 'I_m) (T : order n.+1) (z a v : R), proper F -> 0 <= k -> takes_all T ->
  adds F (dense_term W x b i) is_product T z ->
  Rabs (a - f z) <= function_bound F k (f z) ->
  Rabs (v - a) <= u F * Rabs a + theta F ->
  let s := (W *v x +v b) i in
  let radius := rule_3 F n.+1 n (\sum_j Rabs (W (i, j) * x j) + Rabs (b i)) in
  s - radius <= z <= s + radius /\
  (forall l h, image1 f (s - radius) (s + radius) l h ->
   let l' := l - function_bound F k (size_of l h) in
   let h' := h + function_bound F k (size_of l h) in
   l' <= a <= h' /\
   l' - (u F * size_of l' h' + theta F) <= v <= h' + (u F * size_of l' h' + theta F)).
Proof.
move=> F m n W x b f k i T z a v pF k0 all Hz Ha Hv s radius.
have wide (j : 'I_n) : widen_ord (leqnSn n) j = lift ord_max j by apply: ord_inj; rewrite lift_max.
have term j : dense_term W x b i (widen_ord (leqnSn n) j) = W (i, j) * x j by rewrite /dense_term wide liftK.
have last_term : dense_term W x b i ord_max = b i by rewrite /dense_term unlift_none.
have := accuracy_sum pF all Hz.
have -> : #|[pred j : 'I_n.+1 | is_product j]| = n.
  rewrite -sum1_card big_mkcond big_ord_recr /= inE /is_product unlift_none addn0.
  rewrite (eq_bigr (fun _ => 1%N)) ?sum_nat_const ?card_ord ?muln1 // => j _.
  by rewrite inE wide liftK.
rewrite !sum_recr last_term (sum_ext term) (sum_ext (fun j => f_equal Rabs (term j))) => H.
have {}H : Rabs (z - s) <= radius by exact: H.
have zs : s - radius <= z <= s + radius by move/Rabs_le_between: H; lra.
split=> // l h im l' h'; have fz := im z zs.
have al : l' <= a <= h'.
  have := function_bound_le pF k0 (size_of_ge fz); move/Rabs_le_between: Ha; rewrite /l' /h'; lra.
split=> //; have := size_of_ge al; move/Rabs_le_between: Hv => ? ?.
have : u F * Rabs a <= u F * size_of l' h' by apply: Rmult_le_compat_l => //; case: pF.
lra.
Qed.

(** The hypotheses can be met: exact arithmetic keeps every rule. *)
Lemma accuracy_dense_satisfiable : forall (m n : nat) (W : 'M_(m, n)) (x : 'V_n) (b : 'V_m) (f : R -> R) (i : 'I_m),
  exists F (T : order n.+1) z a v, proper F /\ takes_all T /\ adds F (dense_term W x b i) is_product T z /\
  Rabs (a - f z) <= function_bound F 1 (f z) /\ Rabs (v - a) <= u F * Rabs a + theta F.
Proof.
move=> m n W x b f i.
pose F := Arithmetic 0 0 0 1 0 (fun _ => True) (fun _ _ => True).
have exact0 v : Rabs (v - v) <= 0 * Rabs v + 0 by rewrite Rminus_eq_0 Rabs_R0; lra.
have tree p (r : seq 'I_p.+1) : exists T : order p.+1, leaves T = ord0 :: r.
  elim/last_ind: r => [|r j [T E]]; first by exists (Leaf ord0).
  by exists (Node T (Leaf j)); rewrite /= E cats1.
have [T ET] := tree n (behead (enum 'I_n.+1)).
have value : exists z, adds F (dense_term W x b i) is_product T z.
  elim: (T) => [j|p [y Hy] q [z Hz]] /=.
  - exists (dense_term W x b i j); case: (is_product j) => //; exact: exact0.
  - exists (y + z), y, z; split=> //; split=> //; exact: exact0.
have [z Hz] := value.
exists F, T, z, (f z), (f z); split; first by rewrite /proper /=; lra.
split; first by rewrite /takes_all ET enum_ordSl.
split=> //; split; last exact: exact0.
by rewrite Rminus_eq_0 Rabs_R0 /function_bound /=; lra.
Qed.

(** A form with a product and a sum has evaluations and an enclosure in every arithmetic. *)
Lemma accuracy_envelope_satisfiable : forall (F : arithmetic) (pattern : nat -> branch) (enumerated : nat -> bool)
  (a b c : R), proper F -> flush F = 0 ->
  let t := Sum (Product (Argument a) (Argument b) (Term (Argument c) NoTerms)) in
  computed F pattern t (a * b + c) /\ exists lo hi, encloses F pattern enumerated t lo hi.
Proof.
move=> F pattern enumerated a b c pF fl t; have w0 : 0 <= 2 * inputs F + inputs F * inputs F.
  by case: pF => _ [_ [_ [i0 _]]]; nra.
split.
  exists [:: (a * b, true); (c, false)]; split.
    exists a, b, (a * b), [:: (c, false)]; split; first by left.
    split; first by left.
    split; first by rewrite Rminus_eq_0 Rabs_R0; apply: Rmult_le_pos => //; exact: Rabs_pos.
    by split=> //; exists c, [::]; split; first by left.
  rewrite /total !big_cons big_nil /= (_ : a * b + c - (a * b + (c + 0)) = 0); last by ring.
  by rewrite Rabs_R0; apply: rule_3_ge0 => //; exact: magnitude_ge0.
set w := (2 * inputs F + inputs F * inputs F) * size_of (a * b) (a * b).
set l := a * b - w + (c + 0); set h := a * b + w + (c + 0).
set A := size_of (a * b - w) (a * b + w) + (size_of c c + 0).
exists (l - rule_3 F 2 1 A), (h + rule_3 F 2 1 A), 2%N, 1%N, l, h, A; split; last by split; lra.
have point x : x <= x <= x /\ (0 < flush F -> Rabs x < smallest_normal F -> x <= 0 <= x) by split; lra.
exists a, a, b, b, (a * b), (a * b), 1%N, 0%N, (c + 0), (c + 0), (size_of c c + 0).
split; first exact: point.
split; first exact: point.
split.
  move=> x y xa yb; have Ex : x = a by lra.
  have Ey : y = b by lra.
  by rewrite Ex Ey; lra.
split; last by split; [right|split; [|split]; rewrite /l /h /A -/w; lra].
exists c, c, 0%N, 0, 0, 0; split; first exact: point.
by split; [split; lra|split; [right|split; [|split]; lra]].
Qed.
