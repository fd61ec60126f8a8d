(** * Chapter 5: losses of a prediction

    The definitions of the losses, and the theorems on the losses as functions of the prediction [o].  The losses from
    logits are in [Losses_Logits.v], and what the first section of the chapter says of all losses in
    [Losses_General.v].

    The logarithm of Coq is 0 for numbers that are not positive, so that [y * ln o] is 0 for [y = 0] as the text has
    it.  Where the text has the value plus infinity ([o = 0] with [y > 0]) the theorems speak of the limit. *)

From Gradspec Require Import Base Activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** The convention [entry_reduction], and its factor for [m] entries. *)
Inductive entry_reduction := entry_sum | entry_mean.
Definition rho (r : entry_reduction) (m : nat) : R :=
  match r with entry_sum => 1 | entry_mean => / INR m end.

(** The convention [squared_error], and its factor. *)
Inductive squared_error_scale := half | full.
Definition square_factor (s : squared_error_scale) : R := match s with half => / 2 | full => 1 end.

Definition squared_error (r : entry_reduction) (s : squared_error_scale) {m : nat} (o y : 'V_m) : R :=
  rho r m * square_factor s * \sum_k (o k - y k) ^ 2.

Definition root_mean_square_error {m : nat} (o y : 'V_m) : R := sqrt (/ INR m * \sum_k (o k - y k) ^ 2).

(** One entry of the binary cross-entropy, with the label [y] and the prediction [o]. *)
Definition binary_term (y o : R) : R := - (y * ln o + (1 - y) * ln (1 - o)).
Definition binary_cross_entropy (r : entry_reduction) {m : nat} (o y : 'V_m) : R :=
  - rho r m * \sum_k (y k * ln (o k) + (1 - y k) * ln (1 - o k)).

Definition categorical_cross_entropy {m : nat} (o y : 'V_m) : R := - \sum_j y j * ln (o j).

(** ** Sums of functions of one entry *)
(* For Base *)

Lemma gradient_entries (T : finType) (f : T -> R -> R) (x d : vec T) :
  (forall k, is_derive (f k) (x k) (d k)) -> is_gradient (fun z => \sum_k f k (z k)) x d.
Proof.
move=> H; apply: gradient_eq (gradient_sum (fun k => gradient_scalar (H k) (gradient_entry k x))) _ => j.
exact: sum_delta_r'.
Qed.

Lemma sum_replace (T : finType) (f : T -> R -> R) (x : vec T) k t :
  \sum_j f j (replace x k t j) = f k t + \sum_(j | j != k) f j (x j).
Proof.
rewrite (sum_remove k) /replace eqxx; congr (_ + _).
by apply: eq_bigr => j /negbTE ->.
Qed.

Lemma partial_entries (T : finType) (f : T -> R -> R) (x : vec T) k d :
  is_derive (f k) (x k) d -> is_partial (fun z => \sum_j f j (z j)) x k d.
Proof.
move=> D; rewrite /is_partial.
apply: (@is_derive_ext _ _ (fun t => f k t + \sum_(j | j != k) f j (x j))) => [t|]; first by rewrite sum_replace.
have := is_derive_plus _ _ _ _ _ D (is_derive_const (\sum_(j | j != k) f j (x j)) (x k)).
by rewrite plus_zero_r.
Qed.

Lemma partial_scale (T : finType) (f : vec T -> R) x k c d :
  is_partial f x k d -> is_partial (fun z => c * f z) x k (c * d).
Proof. by move=> D; exact: (is_derive_scal _ _ c _ D). Qed.

Lemma INR_pos m : (1 <= m)%N -> 0 < INR m.
Proof. by case: m => // m _; apply: lt_0_INR; apply/ltP. Qed.

Lemma rho_pos r m : (1 <= m)%N -> 0 < rho r m.
Proof. by move=> /INR_pos m0; case: r => /=; [lra|exact: Rinv_0_lt_compat]. Qed.

Lemma factor_pos s : 0 < square_factor s.
Proof. by case: s => /=; lra. Qed.

Lemma squares_ge0 m (o y : 'V_m) : 0 <= \sum_k (o k - y k) ^ 2.
Proof. by apply: sum_ge0 => k; exact: pow2_ge_0. Qed.

Lemma squares_eq0 m (o y : 'V_m) : \sum_k (o k - y k) ^ 2 = 0 <-> o = y.
Proof.
split=> [E|->]; last by apply: sum_zero => k; ring.
apply: vec_eq => k; have := @sum_eq0 _ (fun k => (o k - y k) ^ 2) (fun k => pow2_ge_0 _) E k => /=.
by move=> z; have : o k - y k = 0; [nra|lra].
Qed.

Lemma squares_pos m (o y : 'V_m) : o <> y -> 0 < \sum_k (o k - y k) ^ 2.
Proof.
move=> ne; case: (Rle_lt_or_eq_dec _ _ (squares_ge0 o y)) => // E.
by case: ne; apply/squares_eq0.
Qed.

Lemma squares_gradient m (o y : 'V_m) : is_gradient (fun x => \sum_k (x k - y k) ^ 2) o (fun k => 2 * (o k - y k)).
Proof.
by apply: (@gradient_entries _ (fun k t => (t - y k) ^ 2)) => k; auto_derive => //; ring.
Qed.

(** ** Squared error *)

Theorem squared_error_value : forall r s (m : nat) (o y : 'V_m), (1 <= m)%N ->
  let c := square_factor s in let loss := squared_error r s o y in
  loss = rho r m * c * (\sum_k (o k - y k) ^ 2) /\
  loss = rho r m * (\sum_k c * (o k - y k) ^ 2) /\
  0 <= loss /\ (loss = 0 <-> o = y).
Proof.
move=> r s m o y m1 c loss; split=> //; split; first by rewrite -sum_mull /loss /squared_error /c; ring.
have f0 : 0 < rho r m * square_factor s by apply: Rmult_lt_0_compat; [exact: rho_pos|exact: factor_pos].
split; first by apply: Rmult_le_pos; [lra|exact: squares_ge0].
rewrite /loss /squared_error -squares_eq0; split=> [/Rmult_integral [|//]|->]; [lra|ring].
Qed.

Theorem squared_error_gradient : forall r s (m : nat) (o y : 'V_m), let c := square_factor s in
  is_gradient (fun x => squared_error r s x y) o (fun k => 2 * rho r m * c * (o k - y k)) /\
  (s = half -> forall k, 2 * rho r m * c * (o k - y k) = rho r m * (o k - y k)) /\
  (s = full -> forall k, 2 * rho r m * c * (o k - y k) = 2 * rho r m * (o k - y k)).
Proof.
move=> r s m o y c; split.
  apply: gradient_eq (gradient_scale _ (squares_gradient o y)) _ => k; rewrite /c; ring.
by split=> E k; rewrite /c E /=; field.
Qed.

Theorem squared_error_delta : forall r s (m : nat) (z y : 'V_m), let c := square_factor s in
  is_gradient (fun x => squared_error r s (elementwise identity_activation x) y) z
    (fun k => 2 * rho r m * c * (z k - y k)).
Proof. by move=> r s m z y c; have [H _] := squared_error_gradient r s z y; exact: H. Qed.

(** ** Root mean square error *)

Lemma root_sq m (o y : 'V_m) : (1 <= m)%N -> root_mean_square_error o y ^ 2 = / INR m * \sum_k (o k - y k) ^ 2.
Proof.
move=> m1; rewrite /root_mean_square_error /= Rmult_1_r sqrt_sqrt //.
by apply: Rmult_le_pos (squares_ge0 o y); apply: Rlt_le; apply: Rinv_0_lt_compat; exact: INR_pos.
Qed.

Lemma root_pos m (o y : 'V_m) : (1 <= m)%N -> o <> y -> 0 < root_mean_square_error o y.
Proof.
move=> m1 ne; apply: sqrt_lt_R0; apply: Rmult_lt_0_compat; last exact: squares_pos.
by apply: Rinv_0_lt_compat; exact: INR_pos.
Qed.

Lemma vnorm_attained m (x : 'V_m) : (1 <= m)%N -> exists k, Rabs (x k) = vnorm x.
Proof.
case: m x => // m x _.
have [[k Hk]|] := Classical_Prop.classic (exists k, vnorm x <= Rabs (x k)).
  by exists k; apply: Rle_antisym => //; exact: vnorm_ge.
move=> N; have [c [c0 Hc]] : exists c, 0 < c /\ forall k, Rabs (x k) <= vnorm x - c.
  apply: (@finite_choice _ (fun k c => Rabs (x k) <= vnorm x - c)) => [k e e' eb|k]; first lra.
  have lt : Rabs (x k) < vnorm x by apply: Rnot_le_lt => le; apply: N; exists k.
  by exists (vnorm x - Rabs (x k)); lra.
have : vnorm x <= vnorm x - c.
  by apply: vnorm_le => //; have := Hc ord0; have := Rabs_pos (x ord0); lra.
lra.
Qed.

(** [M] is the largest magnitude of an error. *)
Theorem root_mean_square_error_value : forall (m : nat) (o y : 'V_m), (1 <= m)%N ->
  let root := root_mean_square_error o y in let M := vnorm (o -v y) in
  root = sqrt (/ INR m * \sum_k (o k - y k) ^ 2) /\
  root = sqrt (\sum_k (o k - y k) ^ 2) / sqrt (INR m) /\
  (M <> 0 -> root = M * sqrt ((\sum_k ((o k - y k) / M) ^ 2) / INR m)) /\ (M = 0 -> root = 0) /\
  0 <= root /\ (root = 0 <-> o = y) /\
  M / sqrt (INR m) <= root <= M /\
  root = sqrt (2 * squared_error entry_mean half o y).
Proof.
move=> m o y m1 root M; have n0 := INR_pos m1; have i0 := Rinv_0_lt_compat _ n0.
have s0 := squares_ge0 o y; have r0 := sqrt_lt_R0 _ n0.
have M0 : 0 <= M by exact: vnorm_ge0.
have norm : root = sqrt (\sum_k (o k - y k) ^ 2) / sqrt (INR m).
  by rewrite /root /root_mean_square_error Rmult_comm -/(Rdiv _ _) sqrt_div.
have zero : o = y -> root = 0.
  by move=> /squares_eq0 E; rewrite /root /root_mean_square_error E Rmult_0_r sqrt_0.
split=> //; split=> //; split.
  move=> nz; have {}M0 : 0 < M by lra.
  have -> : \sum_k ((o k - y k) / M) ^ 2 = / (M * M) * \sum_k (o k - y k) ^ 2.
    by rewrite sum_mull; apply: sum_ext => k; field; lra.
  rewrite -{1}(sqrt_square M); last lra.
  rewrite -sqrt_mult_alt; last nra.
  by congr sqrt; field; lra.
split.
  by move=> /vnorm_eq0 E; apply: zero; apply: vec_eq => k; have := f_equal (fun x => x k) E; rewrite /vsub /vzero; lra.
split; first exact: sqrt_pos.
split.
  split=> [E|]; last exact: zero.
  apply/squares_eq0; have := root_sq o y m1; rewrite -/root E => Z.
  have : / INR m * (\sum_k (o k - y k) ^ 2) = 0 by rewrite -Z; ring.
  by move=> /Rmult_integral [|//]; lra.
have sq k : (o k - y k) ^ 2 <= M ^ 2.
  by rewrite -(pow2_abs (o k - y k)); have := vnorm_ge (o -v y) k; rewrite -/M /vsub; have := Rabs_pos (o k - y k); nra.
split.
  have root2 := root_sq o y m1; rewrite -/root in root2; have R0 : 0 <= root by exact: sqrt_pos.
  split.
    rewrite norm; apply: Rmult_le_compat_r; first by apply: Rlt_le; exact: Rinv_0_lt_compat.
    have [k Ek] := vnorm_attained (o -v y) m1.
    rewrite -(sqrt_square M) //; apply: sqrt_le_1_alt.
    have := @sum_ge_term _ k (fun k => (o k - y k) ^ 2) (fun k => pow2_ge_0 _).
    by rewrite -(pow2_abs (o k - y k)) -/((o -v y) k) Ek -/M /= ; lra.
  apply: Rsqr_incr_0_var => //; rewrite /Rsqr.
  have le : \sum_k (o k - y k) ^ 2 <= INR m * M ^ 2.
    by have := sum_le sq; rewrite sum_const card_ord.
  have := Rmult_le_compat_l _ _ _ (Rlt_le _ _ i0) le.
  have -> : / INR m * (INR m * M ^ 2) = M * M by field; lra.
  by rewrite -root2 /=; lra.
by rewrite /root /root_mean_square_error /squared_error /=; congr sqrt; field; lra.
Qed.

Theorem root_mean_square_error_gradient : forall (m : nat) (o y : 'V_m), (1 <= m)%N ->
  let root := root_mean_square_error o y in let g : 'V_m := fun k => (o k - y k) / (INR m * root) in
  (o <> y ->
    is_gradient (fun x => root_mean_square_error x y) o g /\
    (forall k, g k = 1 / (2 * root) * (2 * (o k - y k) / INR m)) /\
    (forall k, g k = (o k - y k) / sqrt (\sum_k (o k - y k) ^ 2) / sqrt (INR m)) /\
    (let u k := (o k - y k) / vnorm (o -v y) in
      forall k, g k = u k / (INR m * sqrt ((\sum_k u k ^ 2) / INR m))) /\
    euclid g = 1 / sqrt (INR m) /\
    (m = 1%N -> forall k, g k = sign (o k - y k)) /\
    (forall l, is_gradient (fun x => squared_error entry_mean half x y) o l -> forall k, g k = l k / root)) /\
  (o = y -> ~ exists d, is_gradient (fun x => root_mean_square_error x y) o d).
Proof.
move=> m o y m1 root g; have n0 := INR_pos m1; have i0 := Rinv_0_lt_compat _ n0; have q0 := sqrt_lt_R0 _ n0.
split=> [ne|->]; last first.
  move=> [d H]; have [k _] : exists k : 'I_m, True by exists (Ordinal m1).
  have D := gradient_partial k H; move: D; rewrite /is_partial.
  have E t : root_mean_square_error (replace y k t) y = Rabs (t - y k) / sqrt (INR m).
    rewrite /root_mean_square_error (@sum_replace _ (fun j t => (t - y j) ^ 2)) big1 => [|j _]; last ring.
    have -> : / INR m * ((t - y k) ^ 2 + 0) = Rsqr (t - y k) / INR m by rewrite /Rsqr; field; lra.
    by rewrite sqrt_div // ?sqrt_Rsqr_abs //; exact: Rle_0_sqr.
  move=> D; have : ex_derive (fun t => Rabs (t - y k) / sqrt (INR m)) (y k).
    by exists (d k); apply: is_derive_ext D => t; exact: E.
  apply: (@kink _ _ (/ sqrt (INR m)) (- / sqrt (INR m))).
  - apply: right_slope_line => h h0; rewrite Rminus_eq_0 Rabs_R0 Rabs_pos_eq; [field|]; lra.
  - apply: left_slope_line => h h0; rewrite Rminus_eq_0 Rabs_R0 Rabs_left; [field|]; lra.
  - by have := Rinv_0_lt_compat _ q0; lra.
have R0 : 0 < root by exact: root_pos.
have S0 := squares_pos ne; have [_ [norm [stable [_ [_ [_ [bounds _]]]]]]] := root_mean_square_error_value o y m1.
have nz : vnorm (o -v y) <> 0.
  move=> /vnorm_eq0 E; apply: ne; apply: vec_eq => k.
  by have := f_equal (fun x => x k) E; rewrite /vsub /vzero; lra.
have M0 : 0 < vnorm (o -v y) by have := vnorm_ge0 (o -v y); lra.
split.
  have D : is_derive (fun t => sqrt (/ INR m * t)) (\sum_k (o k - y k) ^ 2) (/ INR m / (2 * root)).
    auto_derive; first by apply: Rmult_lt_0_compat.
    by rewrite -/(root_mean_square_error o y) -/root; field; lra.
  by apply: gradient_eq (gradient_scalar D (squares_gradient o y)) _ => k; rewrite /g; field; lra.
split; first by move=> k; rewrite /g; field; lra.
split.
  move=> k; rewrite /g /root norm; have := sqrt_lt_R0 _ S0 => t0.
  have {1}-> : INR m = sqrt (INR m) * sqrt (INR m) by rewrite sqrt_sqrt; lra.
  by field; lra.
split.
  move=> u k; set a := sqrt ((\sum_k u k ^ 2) / INR m).
  have E : root = vnorm (o -v y) * a by exact: stable nz.
  have a0 : 0 < a by apply: (Rmult_lt_reg_l (vnorm (o -v y))) => //; rewrite Rmult_0_r -E.
  by rewrite /g E /u; field; lra.
split.
  rewrite /euclid /dot.
  have -> : \sum_k g k * g k = / INR m.
    transitivity (/ (INR m * root ^ 2) * (/ INR m * \sum_k (o k - y k) ^ 2)).
      by rewrite !sum_mull; apply: sum_ext => k; rewrite /g; field; lra.
    by rewrite -(root_sq o y m1) -/root; field; lra.
  by rewrite /Rdiv Rmult_1_l sqrt_inv.
split.
  move=> e1 k; have : root = Rabs (o k - y k).
    rewrite /root /root_mean_square_error; move: (o) (y) k; rewrite e1 => o' y' k.
    by rewrite sum_I1 (ord1 k) Rinv_1 Rmult_1_l -Rsqr_pow2 sqrt_Rsqr_abs.
  rewrite /g e1 Rmult_1_l => E; move: R0; rewrite E.
  case: (Rlt_dec 0 (o k - y k)) => H R0; first by rewrite sign_eq_1 // Rabs_pos_eq; [field|]; lra.
  have lt : o k - y k < 0 by case: (Req_dec (o k - y k) 0) R0 => [->|n1]; rewrite ?Rabs_R0; lra.
  by rewrite sign_eq_m1 // Rabs_left //; field; lra.
move=> l Hl k; have [H _] := squared_error_gradient entry_mean half o y.
by rewrite (gradient_unique Hl H) /g /=; field; lra.
Qed.

(** ** Binary cross-entropy *)

Lemma ln_le0 p : p <= 1 -> ln p <= 0.
Proof.
move=> p1; case: (Rlt_dec 0 p) => p0; first by rewrite -ln_1; exact: ln_le.
by rewrite /ln; case: Rlt_dec => //= _; lra.
Qed.

(** [log t <= t - 1], with equality for [t = 1] alone, at [t = o / y]. *)
Lemma gibbs y o : 0 <= y -> 0 <= o -> (o = 0 -> y = 0) ->
  y - o <= y * ln y - y * ln o /\ (y * ln y - y * ln o = y - o -> o = y).
Proof.
move=> y0 o0 fin; case: (Req_dec y 0) => [->|ny]; first by split; lra.
have {}y0 : 0 < y by lra.
have {}o0 : 0 < o by case: (Req_dec o 0) => [/fin|]; lra.
have E : exp (ln o - ln y) = o / y by rewrite -ln_div // exp_ln //; exact: Rdiv_lt_0_compat.
have Y : y * (o / y) = o by field; lra.
split; first by have := exp_ineq1_le (ln o - ln y); rewrite E => /(Rmult_le_compat_l y _ _ (Rlt_le _ _ y0)); lra.
move=> Q; case: (Req_dec (ln o - ln y) 0) => [z|/exp_ineq1]; first by apply: ln_inv => //; lra.
by rewrite E => /(Rmult_lt_compat_l y _ _ y0); lra.
Qed.

Lemma binary_term_swap y o : binary_term (1 - y) (1 - o) = binary_term y o.
Proof.
have -> : binary_term (1 - y) (1 - o) = - ((1 - y) * ln (1 - o) + (1 - (1 - y)) * ln (1 - (1 - o))) by [].
by have -> : 1 - (1 - o) = o; [ring|rewrite /binary_term; ring].
Qed.

Lemma binary_term_ge0 y o : 0 <= y <= 1 -> 0 <= o <= 1 -> 0 <= binary_term y o.
Proof.
move=> yb ob; have a := @ln_le0 o ltac:(lra); have b := @ln_le0 (1 - o) ltac:(lra); rewrite /binary_term; nra.
Qed.

Lemma binary_term_least y o : 0 <= y <= 1 -> 0 <= o <= 1 -> (o = 0 -> y = 0) /\ (o = 1 -> y = 1) ->
  binary_term y y <= binary_term y o /\ (binary_term y o = binary_term y y -> o = y).
Proof.
move=> yb ob [f0 f1].
have [a a'] := @gibbs y o ltac:(lra) ltac:(lra) f0.
have [|b b'] := @gibbs (1 - y) (1 - o) ltac:(lra) ltac:(lra); first by move=> z; have := f1 ltac:(lra); lra.
by rewrite /binary_term; split=> [|E]; [lra|apply: a'; lra].
Qed.

Lemma binary_term_limit y : 0 < y <= 1 -> forall K, exists eta, 0 < eta <= 1 /\
  forall t, 0 < t < eta -> K < binary_term y t.
Proof.
move=> yb K; have e0 := exp_pos (- K / y); exists (Rmin 1 (exp (- K / y))).
have m0 : 0 < Rmin 1 (exp (- K / y)) by apply: Rmin_pos => //; lra.
have m1 := Rmin_l 1 (exp (- K / y)); have m2 := Rmin_r 1 (exp (- K / y)); split=> [|t tb]; first lra.
have : ln t < - K / y by rewrite -(ln_exp (- K / y)); apply: ln_increasing; lra.
move=> /(Rmult_lt_compat_l y _ _ (proj1 yb)); have -> : y * (- K / y) = - K by field; lra.
have := @ln_le0 (1 - t) ltac:(lra); rewrite /binary_term; nra.
Qed.

Lemma binary_sum r m (o y : 'V_m) : binary_cross_entropy r o y = rho r m * (\sum_k binary_term (y k) (o k)).
Proof. by rewrite /binary_cross_entropy /binary_term -sum_opp; ring. Qed.

Lemma binary_replace r m (o y : 'V_m) k t : binary_cross_entropy r (replace o k t) y =
  rho r m * (binary_term (y k) t + \sum_(j | j != k) binary_term (y j) (o j)).
Proof. by rewrite binary_sum (sum_replace (fun j => binary_term (y j))). Qed.

Lemma binary_entry_le r m (o y : 'V_m) k t : (1 <= m)%N ->
  (forall j, 0 <= y j <= 1) -> (forall j, 0 <= o j <= 1) ->
  rho r m * binary_term (y k) t <= binary_cross_entropy r (replace o k t) y.
Proof.
move=> m1 yb ob; rewrite binary_replace; apply: Rmult_le_compat_l; first by apply: Rlt_le; exact: rho_pos.
have : 0 <= \sum_(j | j != k) binary_term (y j) (o j).
  by elim/big_ind: _ => [|a b|j _]; [lra|move=> *; lra|exact: binary_term_ge0].
lra.
Qed.

Lemma binary_continuous r m (o y : 'V_m) k t : continuous (binary_term (y k)) t ->
  continuous (fun t => binary_cross_entropy r (replace o k t) y) t.
Proof.
move=> C; apply: (continuous_ext (fun t => rho r m * (binary_term (y k) t +
  \sum_(j | j != k) binary_term (y j) (o j)))) => [s|]; first by rewrite binary_replace.
apply: (@continuous_scal_r _ _ _ (rho r m) (fun s => binary_term (y k) s + _)).
by apply: continuous_plus C _; exact: continuous_const.
Qed.

(** Where a prediction 0 meets a label that is not 0, or a prediction 1 a label that is not 1, the value is plus
    infinity: the limit.  Where it meets the label itself, the formula with [0 log 0 = 0] is the limit. *)
Theorem binary_cross_entropy_value : forall r (m : nat) (o y : 'V_m), (1 <= m)%N ->
  (forall k, 0 <= y k <= 1) -> (forall k, 0 <= o k <= 1) ->
  let loss x := binary_cross_entropy r x y in
  let finite k := (o k = 0 -> y k = 0) /\ (o k = 1 -> y k = 1) in
  loss o = - rho r m * (\sum_k (y k * ln (o k) + (1 - y k) * ln (1 - o k))) /\
  ((forall k, finite k) -> 0 <= loss o) /\
  (forall k, 0 < y k -> forall K, exists eta, 0 < eta /\ forall t, 0 < t < eta -> K < loss (replace o k t)) /\
  (forall k, y k < 1 -> forall K, exists eta, 0 < eta /\ forall t, 1 - eta < t < 1 -> K < loss (replace o k t)) /\
  (forall k, y k = 0 -> continuous (fun t => loss (replace o k t)) 0 /\ binary_term (y k) 0 = 0) /\
  (forall k, y k = 1 -> continuous (fun t => loss (replace o k t)) 1 /\ binary_term (y k) 1 = 0) /\
  loss o = rho r m * (\sum_k binary_term (y k) (o k)) /\
  (forall k, binary_term (y k) (y k) = - y k * ln (y k) - (1 - y k) * ln (1 - y k)) /\
  (forall k, finite k -> binary_term (y k) (y k) <= binary_term (y k) (o k) /\
    (binary_term (y k) (o k) = binary_term (y k) (y k) -> o k = y k)) /\
  (forall k K, exists t, 0 < t < 1 /\ K < binary_term (y k) t).
Proof.
move=> r m o y m1 yb ob loss finite; have r0 := rho_pos r m1.
have low y' K : 0 < y' <= 1 -> exists eta, 0 < eta <= 1 /\ forall t, 0 < t < eta -> K / rho r m < binary_term y' t.
  by move=> H; exact: binary_term_limit.
have up K x : K / rho r m < x -> K < rho r m * x.
  by move=> /(Rmult_lt_compat_l _ _ _ r0); have -> : rho r m * (K / rho r m) = K by field; lra.
split=> //; split.
  move=> _; rewrite /loss binary_sum; apply: Rmult_le_pos; first lra.
  by apply: sum_ge0 => k; exact: binary_term_ge0.
split.
  move=> k yk K; have [|eta [e0 He]] := low (y k) K; first by have := yb k; lra.
  exists eta; split=> [|t tb]; first lra.
  by apply: Rlt_le_trans (binary_entry_le r k t m1 yb ob); apply: up; exact: He.
split.
  move=> k yk K; have [|eta [e0 He]] := low (1 - y k) K; first by have := yb k; lra.
  exists eta; split=> [|t tb]; first lra.
  apply: Rlt_le_trans (binary_entry_le r k t m1 yb ob); apply: up; rewrite -binary_term_swap; apply: He; lra.
split.
  move=> k yk; split; last by rewrite yk /binary_term Rminus_0_r ln_1; ring.
  have E s : - ln (1 - s) = binary_term (y k) s by rewrite /binary_term yk; ring.
  apply: binary_continuous; apply: (continuous_ext _ _ _ E).
  by apply: ex_derive_continuous; auto_derive; lra.
split.
  move=> k yk; split; last by rewrite yk /binary_term ln_1; ring.
  have E s : - ln s = binary_term (y k) s by rewrite /binary_term yk; ring.
  apply: binary_continuous; apply: (continuous_ext _ _ _ E).
  by apply: ex_derive_continuous; auto_derive; lra.
split; first exact: binary_sum.
split; first by move=> k; rewrite /binary_term; ring.
split; first by move=> k H; exact: binary_term_least.
move=> k K; case: (Rlt_dec 0 (y k)) => yk.
- have [|eta [e0 He]] := @binary_term_limit (y k) _ K; first by have := yb k; lra.
  by exists (eta / 2); split; [lra|apply: He; lra].
- have [|eta [e0 He]] := @binary_term_limit (1 - y k) _ K; first by have := yb k; lra.
  by exists (1 - eta / 2); split; [lra|rewrite -binary_term_swap; apply: He; lra].
Qed.

Lemma binary_term_derive y o : 0 < o < 1 -> is_derive (binary_term y) o (- y / o + (1 - y) / (1 - o)).
Proof. by move=> ob; rewrite /binary_term; auto_derive; [lra|field; lra]. Qed.

(** At one entry, whatever the others are, and as a gradient. *)
Theorem binary_cross_entropy_gradient : forall r (m : nat) (o y : 'V_m),
  let loss x := binary_cross_entropy r x y in
  let g : 'V_m := fun k => rho r m * (- y k / o k + (1 - y k) / (1 - o k)) in
  (forall k, 0 < o k < 1 -> is_partial loss o k (g k) /\ g k = rho r m * ((o k - y k) / (o k * (1 - o k)))) /\
  ((forall k, 0 < o k < 1) -> is_gradient loss o g).
Proof.
move=> r m o y loss g; split=> [k ok|H].
- split; last by rewrite /g; field; lra.
  apply: (@is_derive_ext _ _ (fun t => rho r m * (\sum_j binary_term (y j) (replace o k t j)))) => [t|].
    by rewrite /loss binary_sum.
  apply: (@partial_scale _ (fun x => \sum_j binary_term (y j) (x j))).
  by apply: (@partial_entries _ (fun j => binary_term (y j))); exact: binary_term_derive.
- apply: gradient_ext (gradient_scale (rho r m) (@gradient_entries _ (fun j => binary_term (y j)) o _
    (fun k => binary_term_derive (y k) (H k)))) => x.
  by rewrite /loss binary_sum.
Qed.

(** ** Categorical cross-entropy *)

Lemma categorical_replace m (o y : 'V_m) k t : categorical_cross_entropy (replace o k t) y =
  - (y k * ln t + \sum_(j | j != k) y j * ln (o j)).
Proof. by rewrite /categorical_cross_entropy (sum_replace (fun j t => y j * ln t)). Qed.

Theorem categorical_cross_entropy_value : forall (m : nat) (o y : 'V_m),
  (forall j, 0 <= y j) -> (forall j, 0 <= o j) ->
  let loss x := categorical_cross_entropy x y in let finite := forall j, o j = 0 -> y j = 0 in
  loss o = - (\sum_j y j * ln (o j)) /\
  (forall k, 0 < y k -> forall K, exists eta, 0 < eta /\ forall t, 0 < t < eta -> K < loss (replace o k t)) /\
  (forall k, y k = 0 -> forall t, loss (replace o k t) = loss (replace o k 0)) /\
  (forall j, y j = 0 -> y j * ln (o j) = 0) /\
  (finite -> (forall j, o j <= 1) -> 0 <= loss o) /\
  (finite -> \sum_j o j = 1 -> \sum_j y j = 1 ->
    - (\sum_j y j * ln (y j)) <= loss o /\ (loss o = - (\sum_j y j * ln (y j)) <-> o = y)).
Proof.
move=> m o y y0 o0 loss finite; split=> //; split.
  move=> k yk K; set c := \sum_(j | j != k) y j * ln (o j).
  exists (exp (- (K + c) / y k)); split=> [|t tb]; first exact: exp_pos.
  have : ln t < - (K + c) / y k by rewrite -(ln_exp (- (K + c) / y k)); apply: ln_increasing; lra.
  move=> /(Rmult_lt_compat_l _ _ _ yk); have -> : y k * (- (K + c) / y k) = - (K + c) by field; lra.
  by rewrite /loss categorical_replace -/c; lra.
split; first by move=> k yk t; rewrite /loss !categorical_replace yk; ring.
split; first by move=> j ->; ring.
split.
  move=> _ o1; rewrite /loss /categorical_cross_entropy sum_opp; apply: sum_ge0 => j.
  by have := ln_le0 (o1 j); have := y0 j; nra.
move=> fin so sy.
have G j := gibbs (y0 j) (o0 j) (fin j).
have E : loss o - - (\sum_j y j * ln (y j)) = \sum_j (y j * ln (y j) - y j * ln (o j)).
  by rewrite sum_minus /loss /categorical_cross_entropy; ring.
have S : \sum_j (y j - o j) = 0 by rewrite sum_minus so sy; ring.
have le : \sum_j (y j - o j) <= \sum_j (y j * ln (y j) - y j * ln (o j)) by apply: sum_le => j; have [] := G j.
split; first lra.
split=> [Q|->] //; apply: vec_eq => j; have [_] := G j; apply.
have D : \sum_j ((y j * ln (y j) - y j * ln (o j)) - (y j - o j)) = 0 by rewrite sum_minus -E S; lra.
have := @sum_eq0 _ (fun j => (y j * ln (y j) - y j * ln (o j)) - (y j - o j)) _ D j => /= Z.
suff : y j * ln (y j) - y j * ln (o j) - (y j - o j) = 0 by lra.
by apply: Z => i; have [] := G i; lra.
Qed.

Theorem categorical_cross_entropy_gradient : forall (m : nat) (o y : 'V_m),
  let loss x := categorical_cross_entropy x y in
  (forall k, 0 < o k -> is_partial loss o k (- y k / o k)) /\
  ((forall k, 0 < o k) -> is_gradient loss o (fun k => - y k / o k)).
Proof.
move=> m o y loss.
have D k t : 0 < t -> is_derive (fun t => - (y k * ln t)) t (- y k / t).
  by move=> t0; auto_derive => //; field; lra.
have E x : loss x = \sum_j - (y j * ln (x j)) by rewrite -sum_opp.
split=> [k ok|H].
- apply: (@is_derive_ext _ _ (fun t => \sum_j - (y j * ln (replace o k t j)))) => [t|]; first by rewrite E.
  by apply: (@partial_entries _ (fun j t => - (y j * ln t))); exact: D.
- apply: gradient_ext (@gradient_entries _ (fun j t => - (y j * ln t)) o _ (fun k => D k _ (H k))) => x.
  by rewrite E.
Qed.
