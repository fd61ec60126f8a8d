(** * Chapter 4: Park's smooth relu *)

From Gradspec Require Import Base Activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

Definition relu_epsilon (eps z : R) : R :=
  if Rlt_dec z (- eps) then 0 else if Rlt_dec 0 z then z
  else - (2 / eps ^ 3) * z ^ 4 - 3 / eps ^ 2 * z ^ 3 + z.

Definition relu_epsilon_slope (eps z : R) : R :=
  if Rlt_dec z (- eps) then 0 else if Rlt_dec 0 z then 1
  else let t := z / eps in 1 - 9 * t ^ 2 - 8 * t ^ 3.

(** ** The value *)

Section Pieces.
Variable eps : R.
Hypothesis eps0 : 0 < eps.

Let p z := - (2 / eps ^ 3) * z ^ 4 - 3 / eps ^ 2 * z ^ 3 + z.
Let dp z := 1 - 9 * (z / eps) ^ 2 - 8 * (z / eps) ^ 3.
Let ddp z := - 6 * (z / eps) * (3 + 4 * (z / eps)) / eps.

Lemma relu_epsilon_low z : z <= - eps -> relu_epsilon eps z = 0.
Proof.
move=> H; rewrite /relu_epsilon; case: Rlt_dec => //= ?; have -> : z = - eps by lra.
by case: Rlt_dec => ? /=; [lra|field; lra].
Qed.

Lemma relu_epsilon_high z : 0 <= z -> relu_epsilon eps z = z.
Proof.
move=> H; rewrite /relu_epsilon; case: Rlt_dec => ? /=; first lra.
by case: Rlt_dec => //= ?; have -> : z = 0; [lra|field; lra].
Qed.

Lemma relu_epsilon_mid z : - eps <= z <= 0 -> relu_epsilon eps z = p z.
Proof. by move=> H; rewrite /relu_epsilon; case: Rlt_dec => ? /=; [lra|case: Rlt_dec => //= ?; lra]. Qed.

Lemma relu_epsilon_factored z : - eps <= z <= 0 ->
  relu_epsilon eps z = z * (1 - 2 * (z / eps)) * (1 + z / eps) ^ 2.
Proof. by move=> /relu_epsilon_mid ->; rewrite /p; field; lra. Qed.

Lemma relu_epsilon_scaled z : - eps <= z <= 0 ->
  let t := z / eps in relu_epsilon eps z = eps * (t - 3 * t ^ 3 - 2 * t ^ 4).
Proof. by move=> /relu_epsilon_mid ->; rewrite /p /=; field; lra. Qed.

Lemma relu_epsilon_slope_low z : z <= - eps -> relu_epsilon_slope eps z = 0.
Proof.
move=> H; rewrite /relu_epsilon_slope; case: Rlt_dec => //= ?; have -> : z = - eps by lra.
by case: Rlt_dec => ? /=; [lra|field; lra].
Qed.

Lemma relu_epsilon_slope_high z : 0 <= z -> relu_epsilon_slope eps z = 1.
Proof.
move=> H; rewrite /relu_epsilon_slope; case: Rlt_dec => ? /=; first lra.
by case: Rlt_dec => //= ?; have -> : z = 0; [lra|field; lra].
Qed.

Lemma relu_epsilon_slope_mid z : - eps <= z <= 0 -> relu_epsilon_slope eps z = dp z.
Proof. by move=> H; rewrite /relu_epsilon_slope; case: Rlt_dec => ? /=; [lra|case: Rlt_dec => //= ?; lra]. Qed.

Lemma piece_derive z : is_derive p z (dp z).
Proof. by rewrite /p /dp; auto_derive => //; field; lra. Qed.

Lemma slope_piece_derive z : is_derive dp z (ddp z).
Proof. by rewrite /dp /ddp; auto_derive; [lra|field; lra]. Qed.

(** The pieces and the two joints. *)
Lemma relu_epsilon_derive z : is_derive (relu_epsilon eps) z (relu_epsilon_slope eps z).
Proof.
case: (Rlt_dec z (- eps)) => H1.
  rewrite relu_epsilon_slope_low; last lra.
  apply: (@derive_below (fun _ => 0) _ (- eps)) => // [t lt|];
    [by rewrite relu_epsilon_low; lra|exact: is_derive_const].
case: (Rlt_dec 0 z) => H2.
  rewrite relu_epsilon_slope_high; last lra.
  by apply: (@derive_above (fun t => t) _ 0) => // [t lt|]; [rewrite relu_epsilon_high; lra|exact: is_derive_id].
case: (Req_dec z (- eps)) => [->|n1].
  apply: (@derive_joint _ p (fun _ => 0) _ eps) => // [t tb|t tb||].
  - by rewrite relu_epsilon_mid; lra.
  - by rewrite relu_epsilon_low; lra.
  - by rewrite relu_epsilon_slope_mid; [exact: piece_derive|lra].
  - by rewrite relu_epsilon_slope_low; [exact: is_derive_const|lra].
case: (Req_dec z 0) => [->|n2].
  apply: (@derive_joint _ (fun t => t) p _ eps) => // [t tb|t tb||].
  - by rewrite relu_epsilon_high; lra.
  - by rewrite relu_epsilon_mid; lra.
  - by rewrite relu_epsilon_slope_high; [exact: is_derive_id|lra].
  - by rewrite relu_epsilon_slope_mid; [exact: piece_derive|lra].
rewrite relu_epsilon_slope_mid; last lra.
apply: (is_derive_ext_loc p); last exact: piece_derive.
apply: (filter_imp (fun t => - eps < t /\ t < 0)) => [t tb|]; first by rewrite relu_epsilon_mid; lra.
by apply: filter_and; [apply: open_gt; lra|apply: open_lt; lra].
Qed.

Lemma relu_epsilon_slope_derive z : z <> - eps -> ex_derive (relu_epsilon_slope eps) z.
Proof.
move=> n1; case: (Rlt_dec z (- eps)) => H1.
  exists 0; apply: (@derive_below (fun _ => 0) _ (- eps)) => // [t lt|];
    [by rewrite relu_epsilon_slope_low; lra|exact: is_derive_const].
case: (Rlt_dec 0 z) => H2.
  exists 0; apply: (@derive_above (fun _ => 1) _ 0) => // [t lt|];
    [by rewrite relu_epsilon_slope_high; lra|exact: is_derive_const].
case: (Req_dec z 0) => [->|n2].
  exists 0; apply: (@derive_joint _ (fun _ => 1) dp _ eps) => // [t tb|t tb||].
  - by rewrite relu_epsilon_slope_high; lra.
  - by rewrite relu_epsilon_slope_mid; lra.
  - exact: is_derive_const.
  - by have := slope_piece_derive 0; have -> : ddp 0 = 0 by rewrite /ddp; field; lra.
exists (ddp z); apply: (is_derive_ext_loc dp); last exact: slope_piece_derive.
apply: (filter_imp (fun t => - eps < t /\ t < 0)) => [t tb|]; first by rewrite relu_epsilon_slope_mid; lra.
by apply: filter_and; [apply: open_gt; lra|apply: open_lt; lra].
Qed.

Lemma relu_epsilon_second_right : right_slope (relu_epsilon_slope eps) (- eps) (- 6 / eps).
Proof.
apply: (@right_slope_ext _ dp _ eps) => // [t tb|]; first by rewrite relu_epsilon_slope_mid; lra.
have /slopes_derive [H _] := slope_piece_derive (- eps).
by have <- : ddp (- eps) = - 6 / eps by rewrite /ddp; field; lra.
Qed.

Lemma relu_epsilon_second_left : left_slope (relu_epsilon_slope eps) (- eps) 0.
Proof.
apply: (@left_slope_ext _ (fun _ => 0) _ eps) => // [t tb|]; first by rewrite relu_epsilon_slope_low; lra.
by have /slopes_derive [_ H] := @is_derive_const R_AbsRing R_NormedModule 0 (- eps).
Qed.

(** The place and the size of the least value, divided by [eps]. *)
Let t0 := - (1 + sqrt 33) / 16.
Let q t := t - 3 * t ^ 3 - 2 * t ^ 4.

Lemma sqrt_33 : 5.7445626465 < sqrt 33 < 5.7445626466.
Proof.
split.
- by rewrite -(sqrt_Rsqr 5.7445626465); [apply: sqrt_lt_1_alt; rewrite /Rsqr|]; lra.
- by rewrite -(sqrt_Rsqr 5.7445626466); [apply: sqrt_lt_1_alt; rewrite /Rsqr|]; lra.
Qed.

Lemma least_place : 8 * t0 ^ 2 = 1 - t0.
Proof.
have := sqrt_sqrt 33 ltac:(lra); rewrite /t0; set s := sqrt 33 => E.
have -> : 8 * (- (1 + s) / 16) ^ 2 = (1 + 2 * s + s * s) / 32 by field.
by rewrite E; field.
Qed.

Lemma least_size : q t0 = - (117 + 165 * sqrt 33) / 4096.
Proof.
have E := least_place.
have E3 : 64 * t0 ^ 3 = 9 * t0 - 1.
  have -> : 64 * t0 ^ 3 = 8 * t0 * (8 * t0 ^ 2) by ring.
  by rewrite E; have -> : 8 * t0 * (1 - t0) = 8 * t0 - 8 * t0 ^ 2 by [ring]; rewrite E; ring.
have E4 : 512 * t0 ^ 4 = 9 - 17 * t0.
  have -> : 512 * t0 ^ 4 = 8 * t0 * (64 * t0 ^ 3) by ring.
  by rewrite E3; have -> : 8 * t0 * (9 * t0 - 1) = 9 * (8 * t0 ^ 2) - 8 * t0 by [ring]; rewrite E; ring.
have -> : q t0 = t0 - 3 * (64 * t0 ^ 3) / 64 - (512 * t0 ^ 4) / 256 by rewrite /q; field.
by rewrite E3 E4 /t0; field.
Qed.

(** [q t - q t0 = (t - t0)^2 k t] with a parabola [k] that is positive at both ends. *)
Lemma least_le t : -1 <= t <= 0 -> q t0 <= q t.
Proof.
move=> tb; have E := least_place; have s := sqrt_33.
have b : -0.42153516542 < t0 < -0.4215351653 by rewrite /t0; lra.
set k := - 2 * t ^ 2 - (3 + 4 * t0) * t - 6 * t0 * (1 + t0).
have D : q t - q t0 = (t - t0) ^ 2 * k.
  have Z : 1 - 9 * t0 ^ 2 - 8 * t0 ^ 3 = 0.
    have -> : 1 - 9 * t0 ^ 2 - 8 * t0 ^ 3 = (1 + t0) * (1 - t0 - 8 * t0 ^ 2) by ring.
    by rewrite E; ring.
  have -> : q t - q t0 = (t - t0) ^ 2 * k + (1 - 9 * t0 ^ 2 - 8 * t0 ^ 3) * (t - t0) by rewrite /q /k; ring.
  by rewrite Z; ring.
have k0 : 0 <= k.
  have -> : k = 2 * (- t) * (1 + t) + (- t) * (-2 + (3 + 4 * t0)) + (- 6 * t0 * (1 + t0)) by rewrite /k; ring.
  have a1 : 0 <= - t * (1 + t) by nra.
  have a2 : 1.4 <= - 6 * t0 * (1 + t0) by nra.
  have a3 : -0.7 <= - t * (-2 + (3 + 4 * t0)) by nra.
  lra.
have := pow2_ge_0 (t - t0); nra.
Qed.

Lemma least_bounds : -1 < t0 < 0.
Proof. by have s := sqrt_33; rewrite /t0; lra. Qed.

End Pieces.

Theorem relu_epsilon_value : forall eps, 0 < eps ->
  let r := relu_epsilon eps in let least := (117 + 165 * sqrt 33) / 4096 in let place := - (1 + sqrt 33) / 16 in
  (forall z, z < - eps -> r z = 0) /\ (forall z, 0 < z -> r z = z) /\
  (forall z, - eps <= z <= 0 -> let t := z / eps in
    r z = - (2 / eps ^ 3) * z ^ 4 - 3 / eps ^ 2 * z ^ 3 + z /\
    r z = z * (1 - 2 * t) * (1 + t) ^ 2 /\
    r z = eps * (t - 3 * t ^ 3 - 2 * t ^ 4) /\
    r z = z * (1 - t ^ 2 * (3 + 2 * t)) /\
    r z = z * (1 - 2 * z / eps) * ((z + eps) / eps) ^ 2) /\
  (forall z, z < - eps \/ 0 < z -> r z = Rmax 0 z) /\
  (forall z, continuous r z) /\
  (forall z, r z = eps * relu_epsilon 1 (z / eps)) /\
  (forall z, - eps < z < 0 -> r z < 0) /\
  r (place * eps) = - least * eps /\ (forall z, - least * eps <= r z) /\
  (forall z, Rabs (r z - relu z) <= least * eps) /\
  Rabs (least - 0.2599738371) < 0.00000000005 /\ -0.4215351655 < place < -0.4215351654.
Proof.
move=> eps e0 r least place; rewrite /r.
have t_bounds z : - eps <= z <= 0 -> -1 <= z / eps <= 0.
  by move=> zb; split; [apply/Rle_div_r; lra|apply/Rle_div_l; lra].
split; first by move=> z lt; apply: relu_epsilon_low => //; lra.
split; first by move=> z lt; apply: relu_epsilon_high => //; lra.
split.
  move=> z zb; set t := z / eps; split; first exact: relu_epsilon_mid.
  have F := relu_epsilon_factored e0 zb; split=> //; split; first exact: relu_epsilon_scaled.
  by rewrite F /t; split; field; lra.
split.
  move=> z [lt|lt]; first by rewrite relu_epsilon_low // ?Rmax_left //; lra.
  by rewrite relu_epsilon_high // ?Rmax_right //; lra.
split.
  move=> z; apply: ex_derive_continuous; exists (relu_epsilon_slope eps z); exact: relu_epsilon_derive.
split.
  move=> z; case: (Rlt_dec z (- eps)) => H1.
    have : z / eps < -1 by apply/Rlt_div_l; lra.
    by move=> lt; rewrite !relu_epsilon_low; lra.
  case: (Rlt_dec 0 z) => H2.
    have : 0 < z / eps by exact: Rdiv_lt_0_compat.
    by move=> lt; rewrite !relu_epsilon_high; try lra; field; lra.
  have zb : - eps <= z <= 0 by lra.
  rewrite (relu_epsilon_scaled e0 zb) (relu_epsilon_scaled Rlt_0_1 (t_bounds z zb)) /=.
  by rewrite !Rdiv_1 Rmult_1_l.
split.
  move=> z zb; rewrite relu_epsilon_factored //; last lra.
  have a : 0 < 1 + z / eps by have : -1 < z / eps by [apply/Rlt_div_r; lra]; lra.
  have b : z / eps < 0 by apply/Rlt_div_l; lra.
  have c := pow_lt _ 2 a.
  have d : 0 < (1 - 2 * (z / eps)) * (1 + z / eps) ^ 2 by apply: Rmult_lt_0_compat; lra.
  by rewrite Rmult_assoc; nra.
have b := least_bounds; have s := sqrt_33.
have l0 : 0 < least by rewrite /least; lra.
have zb : - eps <= place * eps <= 0 by rewrite /place; nra.
have lo z : - least * eps <= relu_epsilon eps z.
  case: (Rlt_dec z (- eps)) => H1; first by rewrite relu_epsilon_low; nra.
  case: (Rlt_dec 0 z) => H2; first by rewrite relu_epsilon_high; nra.
  have zb' : - eps <= z <= 0 by lra.
  rewrite (relu_epsilon_scaled e0 zb') /= Rmult_comm; apply: Rmult_le_compat_l; first lra.
  by apply: Rle_trans (least_le (t_bounds z zb')); rewrite least_size /least; lra.
split.
  rewrite (relu_epsilon_scaled e0 zb) /=; have -> : place * eps / eps = place by field; lra.
  by rewrite /place least_size /least; field.
split=> //; split.
  move=> z; have := lo z.
  case: (Rlt_dec z (- eps)) => H1; first by rewrite relu_epsilon_low ?relu_neg ?Rminus_0_r ?Rabs_R0; nra.
  case: (Rlt_dec 0 z) => H2; first by rewrite relu_epsilon_high ?relu_pos ?Rminus_eq_0 ?Rabs_R0; nra.
  move=> le; rewrite relu_neg; last lra.
  suff : relu_epsilon eps z <= 0 by move=> le'; rewrite Rminus_0_r Rabs_left1; lra.
  have zb' : - eps <= z <= 0 by lra.
  rewrite (relu_epsilon_factored e0 zb') Rmult_assoc; have tb := t_bounds z zb'.
  have d : 0 <= (1 - 2 * (z / eps)) * (1 + z / eps) ^ 2 by apply: Rmult_le_pos; [lra|exact: pow2_ge_0].
  nra.
rewrite /least /place; split; last lra.
by split_Rabs; lra.
Qed.

(** Park's Lemma 3.1 is the first line, with the continuity of the slope. *)
Theorem relu_epsilon_derivative : forall eps, 0 < eps -> let d := relu_epsilon_slope eps in
  (forall z, is_derive (relu_epsilon eps) z (d z)) /\ (forall z, continuous d z) /\
  (forall z, z <= - eps -> d z = 0) /\ (forall z, 0 <= z -> d z = 1) /\
  (forall z, - eps <= z <= 0 -> let t := z / eps in let w := 1 + t in let w' := (z + eps) / eps in
    d z = 1 - 9 * t ^ 2 - 8 * t ^ 3 /\
    d z = 1 - 3 * (3 / eps ^ 2) * z ^ 2 - 4 * (2 / eps ^ 3) * z ^ 3 /\
    d z = eps * (1 - 9 * t ^ 2 - 8 * t ^ 3) / eps /\
    d z = 1 - t ^ 2 * (9 + 8 * t) /\
    d z = (1 - 2 * t) * w ^ 2 - 2 * t * w ^ 2 + 2 * t * (1 - 2 * t) * w /\
    d z = (1 - 2 * t) * w' ^ 2 - 2 * t * w' ^ 2 + 2 * t * (1 - 2 * t) * w' /\
    d z = (1 + t) * (1 - t - 8 * t ^ 2) /\
    d z = w' * (1 - t - 8 * t ^ 2)) /\
  d (- (3 / 4) * eps) = - 11 / 16 /\
  (forall y, - 11 / 16 <= y <= 1 <-> exists z, - eps <= z <= 0 /\ d z = y) /\
  (forall z, z <> - eps -> ex_derive d z) /\
  right_slope d (- eps) (- 6 / eps) /\ left_slope d (- eps) 0 /\ ~ ex_derive d (- eps).
Proof.
move=> eps e0 d; split; first exact: relu_epsilon_derive.
have R := relu_epsilon_second_right e0; have L := relu_epsilon_second_left e0.
have C z : continuous d z.
  case: (Req_dec z (- eps)) => [->|ne]; first exact: slopes_continuous R L.
  by apply: ex_derive_continuous; exact: relu_epsilon_slope_derive.
split=> //; split; first exact: relu_epsilon_slope_low. split; first exact: relu_epsilon_slope_high.
split.
  move=> z zb t w w'; rewrite /w' /w /d relu_epsilon_slope_mid // -/t.
  by rewrite /t; repeat (split; first by field; lra); field; lra.
have mid : d (- (3 / 4) * eps) = - 11 / 16.
  by rewrite /d relu_epsilon_slope_mid; [field; lra|lra].
split=> //; split.
  move=> y; split=> [yb|[z [zb <-]]].
  - have [||z [zb E]] := @IVT_gen d (- (3 / 4) * eps) 0 y.
    + by move=> z; apply/continuity_pt_filterlim; exact: C.
    + by rewrite mid /d relu_epsilon_slope_high ?Rmin_left ?Rmax_right; lra.
    + by exists z; split=> //; move: zb; rewrite Rmin_left ?Rmax_right; lra.
  - rewrite /d relu_epsilon_slope_mid //; set t := z / eps.
    have tb : -1 <= t <= 0 by split; [apply/Rle_div_r; lra|apply/Rle_div_l; lra].
    have E : 1 - 9 * t ^ 2 - 8 * t ^ 3 = - 11 / 16 + (t + 3 / 4) ^ 2 * (3 - 8 * t) by field.
    have E' : 1 - 9 * t ^ 2 - 8 * t ^ 3 = 1 - t ^ 2 * (9 + 8 * t) by ring.
    have := pow2_ge_0 (t + 3 / 4); have := pow2_ge_0 t; split; [rewrite E|rewrite E']; nra.
split; first exact: relu_epsilon_slope_derive.
split=> //; split=> //; apply: kink R L _.
by have := Rinv_0_lt_compat _ e0; rewrite /Rdiv; lra.
Qed.

(** ** Errata *)

(** Printed: with [eps] below the precision of the machine, such as [10^-32], the smooth relu and relu are one
    function, so that the derivative of relu at 0 is 1.  They differ; and another smoothing has the derivative 0. *)
Theorem erratum_EP08 :
  ~ (forall eps, 0 < eps -> forall z, relu_epsilon eps z = relu z) /\
  (let eps := 1 / 10 ^ 32 in relu_epsilon eps (- eps / 2) = - eps / 4 /\ relu_epsilon_slope eps (- eps / 2) = - / 4) /\
  (forall eps, 0 < eps -> is_derive (fun z => z + relu_epsilon eps (- z)) 0 0).
Proof.
have H eps : 0 < eps -> relu_epsilon eps (- eps / 2) = - eps / 4.
  by move=> e0; rewrite relu_epsilon_mid //; [field|]; lra.
split; first by move=> /(_ 1 Rlt_0_1 (- (1) / 2)); rewrite H ?relu_neg; lra.
split.
  have e0 : 0 < 1 / 10 ^ 32 by apply: Rdiv_lt_0_compat; [lra|apply: pow_lt; lra].
  by split; [exact: H|rewrite relu_epsilon_slope_mid; [field; lra|lra]].
move=> eps e0; have := relu_epsilon_derive e0 (- 0); rewrite relu_epsilon_slope_high; try lra.
move=> D; auto_derive; first by exists 1.
by rewrite (is_derive_unique _ _ _ D); ring.
Qed.
