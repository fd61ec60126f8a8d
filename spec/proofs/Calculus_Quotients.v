(** * A limit of quotients is no substitute for the derivative ([calculus.differentiable])

    The proof of the text: a function of one number whose difference quotients by the *length* of the step have a limit
    everywhere has a strict minimum wherever that limit is positive; there are countably many of these, and there would
    be uncountably many if the function rose. *)

From Gradspec Require Import Base.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** A sequence of numbers misses a number of any interval: of the outer thirds take one without [u n], and so on. *)
Fixpoint thirds (u : nat -> R) (a b : R) (n : nat) : R * R :=
  match n with
  | 0%N => (a + (b - a) / 3, b - (b - a) / 3)
  | n'.+1 => let '(l, r) := thirds u a b n' in
    if Rle_dec (u n') ((l + r) / 2) then (r - (r - l) / 3, r) else (l, l + (r - l) / 3)
  end.

Lemma sequence_misses (u : nat -> R) (a b : R) : a < b -> exists z, a < z < b /\ forall n, u n <> z.
Proof.
move=> ab; pose l n := (thirds u a b n).1; pose r n := (thirds u a b n).2.
have step n : l n < r n -> l n <= l n.+1 /\ l n.+1 < r n.+1 /\ r n.+1 <= r n /\ (u n < l n.+1 \/ r n.+1 < u n).
  by rewrite /l /r /=; case: (thirds u a b n) => x y /=; case: Rle_dec => /= H lt; lra.
have lr n : l n < r n by elim: n => [|n /step]; [rewrite /l /r /=|]; lra.
have mono n d : l n <= l (d + n)%N /\ r (d + n)%N <= r n.
  by elim: d => [|d IH]; [split; exact: Rle_refl|have := step _ (lr (d + n)%N); rewrite addSn; lra].
have lt n n' : l n <= r n'.
  case: (leqP n n') => [/subnK <-|/ltnW /subnK <-].
  - have := mono n (n' - n)%N; have := lr (n' - n + n)%N; lra.
  - have := mono n' (n - n')%N; have := lr (n - n' + n')%N; lra.
have [||z [ub lub]] := completeness (fun x => exists n, x = l n).
- by exists (r 0%N) => x [n ->].
- by exists (l 0%N), 0%N.
have lz n : l n <= z by apply: ub; exists n.
have zr n : z <= r n by apply: lub => x [n' ->].
exists z; split=> [|n]; first by have := lz 0%N; have := zr 0%N; rewrite /l /r /=; lra.
by have := step n (lr n); have := lz n.+1; have := zr n.+1; lra.
Qed.

(** [kappa t] is the limit of [(k (t + s) - k t) / |s|] within [0, 1]. *)
Definition is_quotient_limit (k kappa : R -> R) : Prop :=
  forall t, 0 <= t <= 1 -> forall eps, 0 < eps -> exists eta, 0 < eta /\
  forall s, Rabs s <= eta -> 0 <= t + s <= 1 -> Rabs (k (t + s) - k t - kappa t * Rabs s) <= eps * Rabs s.

Section Countable.
Variables k kappa : R -> R.
Hypothesis limit : is_quotient_limit k kappa.

(** [k] is continuous within [0, 1]. *)
Lemma quotient_continuous t eps : 0 <= t <= 1 -> 0 < eps -> exists eta, 0 < eta /\
  forall s, Rabs s <= eta -> 0 <= t + s <= 1 -> Rabs (k (t + s) - k t) <= eps.
Proof.
move=> t01 e0; have [eta [eta0 H]] := limit t01 (Rlt_0_1).
set a := Rabs (kappa t) + 1; have a1 : 1 <= a by have := Rabs_pos (kappa t); rewrite /a; lra.
exists (Rmin eta (eps / a)); split=> [|s hs ts]; first by apply: Rmin_pos => //; apply: Rdiv_lt_0_compat; lra.
have h1 := H s (Rle_trans _ _ _ hs (Rmin_l _ _)) ts.
have b : Rabs s * a <= eps.
  have := Rmult_le_compat_r a _ _ ltac:(lra) (Rle_trans _ _ _ hs (Rmin_r _ _)).
  by have -> : eps / a * a = eps by field; lra.
have -> : k (t + s) - k t = (k (t + s) - k t - kappa t * Rabs s) + kappa t * Rabs s by ring.
apply: Rle_trans (Rabs_triang _ _) _; rewrite Rabs_mult Rabs_Rabsolu; rewrite /a in b; lra.
Qed.

(** The interval number [(j, m)] is [j / (m + 1) <= t <= (j + 1) / (m + 1)]; [strict y j m] says that [k] has a strict
    minimum in it, and that [k t - lambda t] is [y] there. *)
Variable lambda : R.
Hypothesis lambda0 : 0 < lambda.
Let phi t := k t - lambda * t.
Let within j m t := 0 <= t <= 1 /\ INR j <= t * (INR m + 1) <= INR j + 1.
Let strict y j m := exists t, within j m t /\ phi t = y /\ forall s, within j m s -> s <> t -> k t < k s.

Lemma strict_unique y y' j m : strict y j m -> strict y' j m -> y = y'.
Proof.
move=> [t [wt [<- Ht]]] [t' [wt' [<- Ht']]].
case: (Req_dec t t') => [->|ne] //.
have := Ht t' wt' (not_eq_sym ne); have := Ht' t wt ne; lra.
Qed.

(** Each value between [phi 0] and [phi 1] has an interval. *)
Lemma strict_exists y : phi 0 < y < phi 1 -> exists j m, strict y j m.
Proof.
move=> [y0 y1].
have pc t eps : 0 <= t <= 1 -> 0 < eps -> exists eta, 0 < eta /\
    forall s, Rabs s <= eta -> 0 <= t + s <= 1 -> Rabs (phi (t + s) - phi t) <= eps.
  move=> t01 e0; have [|eta [eta0 H]] := @quotient_continuous t (eps / 2) t01; first lra.
  have q0 : 0 < eps / (2 * lambda) by apply: Rdiv_lt_0_compat; lra.
  exists (Rmin eta (eps / (2 * lambda))); split=> [|s hs ts]; first exact: Rmin_pos.
  have h1 := H s (Rle_trans _ _ _ hs (Rmin_l _ _)) ts.
  have h2 := Rmult_le_compat_l lambda _ _ (Rlt_le _ _ lambda0) (Rle_trans _ _ _ hs (Rmin_r _ _)).
  have E : lambda * (eps / (2 * lambda)) = eps / 2 by field; lra.
  rewrite E in h2.
  have -> : phi (t + s) - phi t = (k (t + s) - k t) + - (lambda * s) by rewrite /phi; ring.
  apply: Rle_trans (Rabs_triang _ _) _; rewrite Rabs_Ropp Rabs_mult (Rabs_pos_eq lambda); lra.
pose E t := 0 <= t <= 1 /\ phi t <= y.
have [||t [ub lub]] := completeness E.
- by exists 1 => t [[]].
- by exists 0; split; lra.
have t0 : 0 <= t by apply: ub; split; lra.
have t1 : t <= 1 by apply: lub => s [[]].
have above s : t < s <= 1 -> y < phi s.
  move=> [ts s1]; apply: Rnot_le_lt => le; have : s <= t by apply: ub; split; lra.
  lra.
have le : phi t <= y.
  apply: Rnot_lt_le => lt; have [||eta [eta0 H]] := @pc t ((phi t - y) / 2); [lra|lra|].
  have : t <= t - eta.
    apply: lub => s [[s0 s1] le]; apply: Rnot_lt_le => st.
    have : s <= t by apply: ub; split; lra.
    move=> st'; have := H (s - t); have -> : t + (s - t) = s by ring.
    rewrite Rabs_minus_sym Rabs_pos_eq; last lra.
    move=> /(_ ltac:(lra) ltac:(lra)) /Rabs_le_between; lra.
  lra.
have t1' : t < 1 by case: t1 => // E1; move: le; rewrite E1; lra.
have eq : phi t = y.
  apply: Rle_antisym => //; apply: Rnot_lt_le => lt.
  have [||eta [eta0 H]] := @pc t ((y - phi t) / 2); [lra|lra|].
  set s := Rmin eta (1 - t); have s0 : 0 < s by apply: Rmin_pos; lra.
  have := H s; rewrite Rabs_pos_eq; last lra.
  have s1 := Rmin_r eta (1 - t); rewrite -/s in s1.
  move=> /(_ (Rmin_l _ _) ltac:(lra)) /Rabs_le_between.
  have := above (t + s) ltac:(lra); lra.
have kl : lambda <= kappa t.
  apply: Rnot_lt_le => lt; have [||eta [eta0 H]] := @limit t _ ((lambda - kappa t) / 2); [lra|lra|].
  set s := Rmin eta (1 - t); have s0 : 0 < s by apply: Rmin_pos; lra.
  have s1 := Rmin_r eta (1 - t); rewrite -/s in s1.
  have := H s; rewrite Rabs_pos_eq; last lra.
  move=> /(_ (Rmin_l _ _) ltac:(lra)) /Rabs_le_between.
  have := above (t + s) ltac:(lra); rewrite -eq /phi; nra.
have [||eta [eta0 H]] := @limit t _ (lambda / 2); [lra|lra|].
have [m [_ Hm]] := nfloor_ex (/ eta) (Rlt_le _ _ (Rinv_0_lt_compat _ eta0)).
have m0 : 0 < INR m + 1 by have := pos_INR m; lra.
have [j [Hj1 Hj2]] : exists j, INR j <= t * (INR m + 1) <= INR j + 1.
  have [j Hj] := nfloor_ex (t * (INR m + 1)) ltac:(nra); exists j; lra.
exists j, m, t; split; first by split; lra.
split=> // s [s01 [s1 s2]] ne.
have near : Rabs (s - t) <= eta.
  have : Rabs (s - t) * (INR m + 1) <= 1.
    by rewrite -(Rabs_pos_eq (INR m + 1)) -?Rabs_mult; [apply: Rabs_le|]; lra.
  have := Rmult_le_compat_l eta _ _ (Rlt_le _ _ eta0) (Rlt_le _ _ Hm); rewrite Rinv_r; last lra.
  move=> a b; apply: (Rmult_le_reg_r (INR m + 1)) => //; lra.
have := H (s - t) near; have -> : t + (s - t) = s by ring.
move=> /(_ s01) /Rabs_le_between.
have : 0 < Rabs (s - t) by apply: Rabs_pos_lt; lra.
nra.
Qed.

Lemma quotient_no_rise : phi 1 <= phi 0.
Proof.
apply: Rnot_lt_le => rise.
pose code n y := if unpickle n is Some (j, m) then strict y j m else False.
have unique n y y' : code n y -> code n y' -> y = y'.
  by rewrite /code; case: unpickle => // -[j m]; exact: strict_unique.
have [z [z01 Hz]] := sequence_misses (fun n => real (Lub_Rbar (code n))) rise.
have [j [m Hjm]] := strict_exists z01.
have c : code (pickle (j, m)) z by rewrite /code pickleK.
apply: (Hz (pickle (j, m))).
rewrite (is_lub_Rbar_unique _ (Finite z)) //; split=> [y Hy|b]; last by apply.
by rewrite (unique _ _ _ Hy c); exact: Rle_refl.
Qed.

End Countable.

Lemma quotient_constant (k kappa : R -> R) : is_quotient_limit k kappa -> k 0 = k 1.
Proof.
have no h eta : is_quotient_limit h eta -> h 1 <= h 0.
  move=> H; apply: Rnot_lt_le => lt; have := @quotient_no_rise h eta H ((h 1 - h 0) / 2); lra.
move=> H; apply: Rle_antisym; last exact: no H.
suff : - k 1 <= - k 0 by lra.
apply: (no (fun t => - k t) (fun t => - kappa t)) => t t01 eps e0.
have [d [d0 Hd]] := H t t01 eps e0; exists d; split=> // s hs ts.
have -> : - k (t + s) - - k t - - kappa t * Rabs s = - (k (t + s) - k t - kappa t * Rabs s) by ring.
by rewrite Rabs_Ropp; exact: Hd.
Qed.
