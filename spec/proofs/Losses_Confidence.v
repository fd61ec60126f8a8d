(** * Chapter 5: confident predictions *)

From Gradspec Require Import Base Activations Activations_Sigmoid Activations_Softmax Losses Losses_Logits.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Lemma sigmoid_le_exp z : sigmoid z <= exp z.
Proof. by rewrite sigmoid_exponential; have e0 := exp_pos z; apply/Rle_div_l; nra. Qed.

Lemma one_minus_sigmoid_le_exp z : 1 - sigmoid z <= exp (- z).
Proof. by rewrite -sigmoid_opp; exact: sigmoid_le_exp. Qed.

Lemma sigmoid_slope_le_exp z : sigmoid z * (1 - sigmoid z) <= exp (- Rabs z).
Proof.
have b := sigmoid_bounds z; have l := sigmoid_le_exp z; have u := one_minus_sigmoid_le_exp z.
case: (Rle_dec 0 z) => H; first by rewrite Rabs_pos_eq //; nra.
by rewrite Rabs_left ?Ropp_involutive; nra.
Qed.

Lemma softplus_le_exp z : softplus z <= exp z.
Proof.
have e0 := exp_pos z; rewrite /softplus -{2}(ln_exp (exp z)); apply: ln_le; first lra.
exact: exp_ineq1_le.
Qed.

Lemma entry_derive y z : is_derive (fun t => binary_term y (sigmoid t)) z (sigmoid z - y).
Proof.
apply: (is_derive_ext _ _ _ _ (fun t => esym (sigmoid_entry t y))); exact: sigmoid_entry_derive.
Qed.

Lemma entry_zero z : binary_term 0 (sigmoid z) = softplus z.
Proof. by have := sigmoid_entry z 0; rewrite -/(binary_term 0 (sigmoid z)); lra. Qed.

Lemma entry_one z : binary_term 1 (sigmoid z) = softplus (- z).
Proof. by have := sigmoid_entry z 1; rewrite -/(binary_term 1 (sigmoid z)); lra. Qed.

Lemma softplus_size z : Rmax z 0 < softplus z <= Rmax z 0 + ln 2.
Proof.
rewrite softplus_maximum; have e0 := exp_pos (- Rabs z).
have e1 : exp (- Rabs z) <= 1.
  rewrite -exp_0; case: (Req_dec (Rabs z) 0) => [->|ne]; first by rewrite Ropp_0; lra.
  by apply: Rlt_le; apply: exp_increasing; have := Rabs_pos z; lra.
have : 0 < ln (1 + exp (- Rabs z)) by rewrite -ln_1; apply: ln_increasing; lra.
have : ln (1 + exp (- Rabs z)) <= ln 2 by apply: ln_le; lra.
lra.
Qed.

(** The derivative with respect to the prediction has no bound, whatever the label is. *)
Lemma no_bound (K y : R) : 0 <= y <= 1 ->
  exists z g, is_derive (binary_term y) (sigmoid z) g /\ K < Rabs g.
Proof.
move=> yb; pose g z := - y * (1 + exp (- z)) + (1 - y) * (1 + exp z).
have D z : is_derive (binary_term y) (sigmoid z) (g z).
  have sb := sigmoid_bounds z; have e0 := exp_pos z; have e1 := exp_pos (- z).
  have o1 : / (1 - sigmoid z) = 1 + exp z by rewrite -sigmoid_opp /sigmoid Ropp_involutive; field; lra.
  have -> : g z = - y / sigmoid z + (1 - y) / (1 - sigmoid z); last exact: binary_term_derive.
  by rewrite /Rdiv o1 /sigmoid /g; field; lra.
set t := 2 * (Rabs K + 1); have t0 : 0 < t by rewrite /t; have := Rabs_pos K; lra.
have Kt : K < t / 2 by rewrite /t; have := Rle_abs K; lra.
have big := exp_ineq1_le t; have p := exp_pos (- t).
have small : exp (- t) < 1 by rewrite -exp_0; apply: exp_increasing; lra.
case: (Rle_dec (1 / 2) y) => half; [exists (- t)|exists t].
- exists (g (- t)); split; first exact: D.
  by apply: Rlt_le_trans Kt _; rewrite -Rabs_Ropp; apply: Rle_trans (Rle_abs _); rewrite /g Ropp_involutive; nra.
- exists (g t); split; first exact: D.
  by apply: Rlt_le_trans Kt _; apply: Rle_trans (Rle_abs _); rewrite /g; nra.
Qed.

(** The loss of one entry.  The five parts of the clause and the one on softmax, in this order. *)
Theorem loss_confidence : let loss y z := binary_term y (sigmoid z) in
  (forall y z, let o := sigmoid z in
    exists g, is_derive (binary_term y) o g /\ sign g = sign (o - y)) /\
  ((forall y z, is_derive (loss y) z (sigmoid z - y)) /\
    (forall y z, 0 <= y <= 1 -> Rabs (sigmoid z - y) < 1) /\
    is_lim (fun z => sigmoid z - 1) m_infty (-1) /\ is_lim (fun z => sigmoid z - 1) p_infty 0 /\
    is_lim (fun z => sigmoid z - 0) p_infty 1 /\ is_lim (fun z => sigmoid z - 0) m_infty 0 /\
    (forall y z z', 0 <= y <= 1 -> Rabs (loss y z - loss y z') <= Rabs (z - z')) /\
    (forall y K, 0 <= y <= 1 -> exists z g, is_derive (binary_term y) (sigmoid z) g /\ K < Rabs g)) /\
  ((forall z, Rmax z 0 < loss 0 z <= Rmax z 0 + ln 2) /\
    (forall z, Rmax (- z) 0 < loss 1 z <= Rmax (- z) 0 + ln 2) /\
    (forall y z, 0 <= y <= 1 -> 0 < loss y z) /\ is_lim (loss 0) m_infty 0 /\ is_lim (loss 1) p_infty 0) /\
  (forall (n : nat) (w a : 'V_n) (b y : R), let o := sigmoid (dot w a + b) in
    is_gradient (fun u => loss y (dot u a + b)) w (fun k => (o - y) * a k) /\
    is_derive (fun c => loss y (dot w a + c)) b (o - y) /\
    (forall rate, 0 < rate ->
      (y < o -> b - rate * (o - y) < b /\ forall k, let w' := w k - rate * ((o - y) * a k) in
        (0 < a k -> w' < w k) /\ (a k < 0 -> w k < w') /\ (a k = 0 -> w' = w k)) /\
      (o < y -> b < b - rate * (o - y) /\ forall k, let w' := w k - rate * ((o - y) * a k) in
        (0 < a k -> w k < w') /\ (a k < 0 -> w' < w k) /\ (a k = 0 -> w' = w k)))) /\
  (forall y, let d z := (sigmoid z - y) * sigmoid z * (1 - sigmoid z) in
    (forall z, is_derive (fun t => / 2 * (sigmoid t - y) ^ 2) z (d z)) /\
    (y = 0 \/ y = 1 -> (forall z, Rabs (d z) <= 4 / 27) /\ is_lim d m_infty 0 /\ is_lim d p_infty 0)) /\
  (forall (m : nat) (z y : 'V_m), (2 <= m)%N -> (forall j, 0 <= y j) -> \sum_j y j = 1 ->
    is_gradient (fun x => softmax_cross_entropy x y) z (fun i => softmax z i - y i) /\
    (forall i, -1 < softmax z i - y i < 1) /\ \sum_i (softmax z i - y i) = 0).
Proof.
move=> loss; split.
  move=> y z o; have ob : 0 < o < 1 by exact: sigmoid_bounds.
  exists (- y / o + (1 - y) / (1 - o)); split; first exact: binary_term_derive.
  have -> : - y / o + (1 - y) / (1 - o) = (o - y) / (o * (1 - o)) by field; lra.
  have p : 0 < / (o * (1 - o)) by apply: Rinv_0_lt_compat; nra.
  rewrite /Rdiv; case: (Rtotal_order (o - y) 0) => [lt|[->|gt]].
  - by rewrite !sign_eq_m1 //; nra.
  - by rewrite Rmult_0_l.
  - by rewrite !sign_eq_1 //; nra.
have bound y z : 0 <= y <= 1 -> Rabs (sigmoid z - y) < 1.
  by move=> yb; have := sigmoid_bounds z; split_Rabs; lra.
split.
  split; first exact: entry_derive. split=> //.
  split.
    apply: (@lim_exp_below _ _ 1) => [|t _]; first lra.
    have b := sigmoid_bounds t; rewrite Rabs_pos_eq; last lra.
    by have := sigmoid_le_exp t; lra.
  split.
    apply: (@lim_exp_above _ _ 1) => [|t _]; first lra.
    have b := sigmoid_bounds t; rewrite Rminus_0_r Rabs_left; last lra.
    by have := one_minus_sigmoid_le_exp t; lra.
  split.
    apply: (@lim_exp_above _ _ 1) => [|t _]; first lra.
    have b := sigmoid_bounds t; rewrite Rminus_0_r Rabs_left; last lra.
    by have := one_minus_sigmoid_le_exp t; lra.
  split.
    apply: (@lim_exp_below _ _ 1) => [|t _]; first lra.
    have b := sigmoid_bounds t; rewrite !Rminus_0_r Rabs_pos_eq; last lra.
    by have := sigmoid_le_exp t; lra.
  split.
    move=> y z z' yb.
    have [t _|t _|c [_ ->]] := @MVT_gen (loss y) z' z (fun t => sigmoid t - y).
    - exact: entry_derive.
    - by apply/continuity_pt_filterlim; apply: ex_derive_continuous; exists (sigmoid t - y); exact: entry_derive.
    - rewrite Rabs_mult -{2}(Rmult_1_l (Rabs (z - z'))); apply: Rmult_le_compat_r; first exact: Rabs_pos.
      by apply: Rlt_le; exact: bound.
  by move=> y K; exact: no_bound.
split.
  split; first by move=> z; rewrite /loss entry_zero; exact: softplus_size.
  split; first by move=> z; rewrite /loss entry_one; exact: softplus_size.
  split.
    move=> y z yb; rewrite /loss /binary_term sigmoid_entry.
    have a := softplus_pos z; have b := softplus_pos (- z).
    by case: (Rlt_dec y 1) => H; nra.
  split.
    apply: (@lim_exp_below _ _ 1) => [|t _]; first lra.
    have p := softplus_pos t; rewrite /loss entry_zero Rminus_0_r Rabs_pos_eq; last lra.
    by have := softplus_le_exp t; lra.
  apply: (@lim_exp_above _ _ 1) => [|t _]; first lra.
  have p := softplus_pos (- t); rewrite /loss entry_one Rminus_0_r Rabs_pos_eq; last lra.
  by have := softplus_le_exp (- t); lra.
split.
  move=> n w a b y o.
  split.
    apply: (@gradient_scalar _ (loss y) (fun u => dot u a + b)); first exact: entry_derive.
    by apply: gradient_ext (gradient_affine a b w) => u; rewrite dotC.
  split.
    have S : is_derive (fun c => dot w a + c) b 1 by auto_derive => //; ring.
    have := is_derive_comp (loss y) (fun c => dot w a + c) b _ 1 (entry_derive y _) S.
    by rewrite /scal /= /mult /= Rmult_1_l.
  move=> rate r0; split=> H.
  - have p : 0 < rate * (o - y) by nra.
    split; first lra. move=> k w'.
    have E : w' = w k - rate * (o - y) * a k by rewrite /w'; ring.
    by rewrite E; split; [nra|split=> [a0|->]; [nra|ring]].
  - have p : 0 < rate * (y - o) by nra.
    split; first lra. move=> k w'.
    have E : w' = w k + rate * (y - o) * a k by rewrite /w'; ring.
    by rewrite E; split; [nra|split=> [a0|->]; [nra|ring]].
split.
  move=> y d; split.
    move=> z; have D := sigmoid_derive z; rewrite /d; auto_derive; first by exists (sigmoid z * (1 - sigmoid z)).
    by rewrite (is_derive_unique _ _ _ D); field.
  move=> y01.
  have small z : Rabs (d z) <= exp (- Rabs z).
    have sb := sigmoid_bounds z; apply: Rle_trans (sigmoid_slope_le_exp z); rewrite /d Rmult_assoc Rabs_mult.
    rewrite (Rabs_pos_eq (sigmoid z * _)); last nra.
    rewrite -{2}(Rmult_1_l (sigmoid z * (1 - sigmoid z))); apply: Rmult_le_compat_r; first nra.
    by apply: Rlt_le; apply: bound; lra.
  split.
    move=> z; have sb := sigmoid_bounds z; rewrite /d; set s := sigmoid z in sb *.
    case: y01 => ->.
    - have -> : (s - 0) * s * (1 - s) = 4 / 27 - (s - 2 / 3) ^ 2 * (s + 1 / 3) by field.
      have := pow2_ge_0 (s - 2 / 3) => q; rewrite Rabs_pos_eq; first nra.
      have -> : 4 / 27 - (s - 2 / 3) ^ 2 * (s + 1 / 3) = s * s * (1 - s) by field.
      by apply: Rmult_le_pos; nra.
    - have -> : (s - 1) * s * (1 - s) = - (s * (1 - s) ^ 2) by ring.
      have := pow2_ge_0 (1 - s) => q; rewrite Rabs_Ropp Rabs_pos_eq; last nra.
      have -> : s * (1 - s) ^ 2 = 4 / 27 - (s - 1 / 3) ^ 2 * (4 / 3 - s) by field.
      by have := pow2_ge_0 (s - 1 / 3) => q'; nra.
  split.
  - apply: (@lim_exp_below _ _ 1) => [|t t0]; first lra.
    by have := small t; rewrite (Rabs_left1 t) // Ropp_involutive Rminus_0_r; lra.
  - apply: (@lim_exp_above _ _ 1) => [|t t0]; first lra.
    by have := small t; rewrite (Rabs_pos_eq t) // Rminus_0_r; lra.
move=> m z y m2 y0 sy.
have [D [cond _]] := softmax_cross_entropy_delta z y.
split.
  apply: gradient_eq D _ => i; have /(_ (ltnW m2)) [H _] := cond; exact: H.
split.
  move=> i; have a := softmax_pos z i; have b := softmax_below_one z i m2.
  by have := sum_ge_term i y0; have := y0 i; rewrite sy; lra.
by rewrite sum_minus sy (softmax_sum z (Ordinal (ltnW m2))); ring.
Qed.
