(** * Chapter 4: activations, entry by entry

    The definitions of the activations, and a theorem for each clause that claims something about real numbers, in the
    order of the text; [Activations_SmoothRelu.v], [Activations_Sigmoid.v] and [Activations_Softmax.v] go on.

    Where an argument of a clause is an infinity, its result is a limit ([is_lim]).  NaN is no real number.  A form of
    a clause is the same real number as its formula: the theorem says so. *)

From Gradspec Require Import Base.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** A function of one number, entry by entry, for arrays of every shape. *)
Definition elementwise {T : finType} (g : R -> R) (z : vec T) : vec T := fun i => g (z i).

Definition identity_activation (z : R) : R := z.
Definition relu (z : R) : R := Rmax 0 z.
Definition indicator (z : R) : R := if Rlt_dec 0 z then 1 else 0.
Definition leaky_relu (alpha z : R) : R := if Rle_dec 0 z then z else alpha * z.
Definition sigmoid (z : R) : R := 1 / (1 + exp (- z)).
Definition tanh (z : R) : R := (exp z - exp (- z)) / (exp z + exp (- z)).
(** [c] is the value of [convention.step_at_threshold]. *)
Definition heaviside (theta c z : R) : R := if Rlt_dec z theta then 0 else if Rlt_dec theta z then 1 else c.

(** The numbers that stand for the derivatives of relu and of leaky relu; [c] is the value of
    [convention.relu_at_zero] and of [convention.leaky_relu_at_zero]. *)
Definition relu_slope (c z : R) : R := if Rlt_dec z 0 then 0 else if Rlt_dec 0 z then 1 else c.
Definition leaky_relu_slope (alpha c z : R) : R := if Rlt_dec z 0 then alpha else if Rlt_dec 0 z then 1 else c.

(** [f] has at [x] the slope [l] on the right, and on the left. *)
Definition right_slope (f : R -> R) (x l : R) : Prop :=
  forall eps, 0 < eps -> exists eta, 0 < eta /\ forall h, 0 < h < eta -> Rabs ((f (x + h) - f x) / h - l) < eps.
Definition left_slope (f : R -> R) (x l : R) : Prop :=
  forall eps, 0 < eps -> exists eta, 0 < eta /\ forall h, - eta < h < 0 -> Rabs ((f (x + h) - f x) / h - l) < eps.

(** ** Functions of one number *)
(* For Base *)

Lemma slopes_derive f x d : is_derive f x d <-> right_slope f x d /\ left_slope f x d.
Proof.
split=> [/is_derive_Reals D|[Hr Hl]].
- split=> eps e0; have [eta He] := D eps e0; exists eta; split; try exact: cond_pos; move=> h hb.
  + by apply: He; [lra|rewrite Rabs_pos_eq; lra].
  + by apply: He; [lra|rewrite Rabs_left; lra].
- apply/is_derive_Reals => eps e0; have [er [er0 Her]] := Hr eps e0; have [el [el0 Hel]] := Hl eps e0.
  exists (mkposreal _ (Rmin_pos _ _ er0 el0)) => h nz /= hs.
  have hr := Rlt_le_trans _ _ _ hs (Rmin_l _ _); have hl := Rlt_le_trans _ _ _ hs (Rmin_r _ _).
  case: (Rlt_dec 0 h) => hp; first by apply: Her; move: hr; rewrite Rabs_pos_eq; lra.
  by apply: Hel; move: hl; rewrite Rabs_left; lra.
Qed.

Lemma right_slope_unique f x l l' : right_slope f x l -> right_slope f x l' -> l = l'.
Proof.
move=> H H'; apply: cond_eq => eps e0.
have [|a [a0 Ha]] := H (eps / 2); first lra. have [|b [b0 Hb]] := H' (eps / 2); first lra.
have m0 := Rmin_pos _ _ a0 b0; have ma := Rmin_l a b; have mb := Rmin_r a b.
have {}Ha := Ha (Rmin a b / 2) ltac:(lra); have {}Hb := Hb (Rmin a b / 2) ltac:(lra).
by move: Ha Hb; split_Rabs; lra.
Qed.

Lemma left_slope_unique f x l l' : left_slope f x l -> left_slope f x l' -> l = l'.
Proof.
move=> H H'; apply: cond_eq => eps e0.
have [|a [a0 Ha]] := H (eps / 2); first lra. have [|b [b0 Hb]] := H' (eps / 2); first lra.
have m0 := Rmin_pos _ _ a0 b0; have ma := Rmin_l a b; have mb := Rmin_r a b.
have {}Ha := Ha (- (Rmin a b / 2)) ltac:(lra); have {}Hb := Hb (- (Rmin a b / 2)) ltac:(lra).
by move: Ha Hb; split_Rabs; lra.
Qed.

Lemma kink f x r l : right_slope f x r -> left_slope f x l -> r <> l -> ~ ex_derive f x.
Proof.
move=> Hr Hl ne [d /slopes_derive [Dr Dl]]; apply: ne.
by rewrite (right_slope_unique Hr Dr) (left_slope_unique Hl Dl).
Qed.

(** What holds near the point on one side decides the slope on this side. *)
Lemma right_slope_ext f g x e l : 0 < e -> (forall t, x <= t < x + e -> f t = g t) ->
  right_slope g x l -> right_slope f x l.
Proof.
move=> e0 E H eps p0; have [eta [eta0 He]] := H eps p0; exists (Rmin eta e); split=> [|h hb]; first exact: Rmin_pos.
have me := Rmin_l eta e; have me' := Rmin_r eta e.
by rewrite (E (x + h)) ?(E x); [apply: He|..]; lra.
Qed.

Lemma left_slope_ext f g x e l : 0 < e -> (forall t, x - e < t <= x -> f t = g t) ->
  left_slope g x l -> left_slope f x l.
Proof.
move=> e0 E H eps p0; have [eta [eta0 He]] := H eps p0; exists (Rmin eta e); split=> [|h hb]; first exact: Rmin_pos.
have me := Rmin_l eta e; have me' := Rmin_r eta e.
by rewrite (E (x + h)) ?(E x); [apply: He|..]; lra.
Qed.

(** Two pieces that meet with the same slope. *)
Lemma derive_joint (f g h : R -> R) x e d : 0 < e -> (forall t, x <= t < x + e -> f t = g t) ->
  (forall t, x - e < t <= x -> f t = h t) -> is_derive g x d -> is_derive h x d -> is_derive f x d.
Proof.
move=> e0 Eg Eh /slopes_derive [Hr _] /slopes_derive [_ Hl]; apply/slopes_derive; split.
- exact: right_slope_ext e0 Eg Hr.
- exact: left_slope_ext e0 Eh Hl.
Qed.

Lemma slopes_continuous f x r l : right_slope f x r -> left_slope f x l -> continuous f x.
Proof.
move=> Hr Hl; have [|a [a0 Ha]] := Hr 1; first lra. have [|b [b0 Hb]] := Hl 1; first lra.
set c := Rabs r + Rabs l + 1; have c1 : 1 <= c by have := Rabs_pos r; have := Rabs_pos l; rewrite /c; lra.
apply/continuity_pt_filterlim => eps e0.
have m0 : 0 < eps / c by apply: Rdiv_lt_0_compat; lra.
exists (Rmin (Rmin a b) (eps / c)); split; first by apply: Rmin_pos => //; exact: Rmin_pos.
rewrite /= /R_dist => t [[_ nt] lt]; set h := t - x; have Et : t = x + h by rewrite /h; ring.
have la := Rlt_le_trans _ _ _ lt (Rle_trans _ _ _ (Rmin_l _ _) (Rmin_l _ _)).
have lb := Rlt_le_trans _ _ _ lt (Rle_trans _ _ _ (Rmin_l _ _) (Rmin_r _ _)).
have lc := Rlt_le_trans _ _ _ lt (Rmin_r _ _).
have nz : h <> 0 by move=> E; apply: nt; lra.
have h0 := Rabs_pos_lt _ nz.
have Q : Rabs ((f (x + h) - f x) / h) < c.
  rewrite /c; case: (Rlt_dec 0 h) => hp.
  - have : Rabs h < a by []. rewrite Rabs_pos_eq => [ha|]; last lra.
    by have := Ha h ltac:(lra); split_Rabs; lra.
  - have : Rabs h < b by []. rewrite Rabs_left => [hb|]; last lra.
    by have := Hb h ltac:(lra); split_Rabs; lra.
rewrite Et; have -> : f (x + h) - f x = (f (x + h) - f x) / h * h by field.
rewrite Rabs_mult; apply: Rlt_trans (Rmult_lt_compat_r _ _ _ h0 Q) _.
by have := Rmult_lt_compat_l c _ _ ltac:(lra) lc; have -> : c * (eps / c) = eps by field; lra.
Qed.

(** A function that is a line on one side. *)
Lemma right_slope_line f x l : (forall h, 0 < h -> f (x + h) - f x = l * h) -> right_slope f x l.
Proof.
move=> H eps e0; exists 1; split=> [|h hb]; first lra.
by rewrite H; [have -> : l * h / h - l = 0 by field; lra|lra]; rewrite Rabs_R0.
Qed.

Lemma left_slope_line f x l : (forall h, h < 0 -> f (x + h) - f x = l * h) -> left_slope f x l.
Proof.
move=> H eps e0; exists 1; split=> [|h hb]; first lra.
by rewrite H; [have -> : l * h / h - l = 0 by field; lra|lra]; rewrite Rabs_R0.
Qed.

(** Beyond a point that lies on this side of [z] the functions agree. *)
Lemma derive_above (f g : R -> R) (a z d : R) : (forall t, a < t -> f t = g t) -> a < z ->
  is_derive f z d -> is_derive g z d.
Proof. by move=> E lt; apply: is_derive_ext_loc; apply: filter_imp (open_gt a z lt) => t; exact: E. Qed.

Lemma derive_below (f g : R -> R) (a z d : R) : (forall t, t < a -> f t = g t) -> z < a ->
  is_derive f z d -> is_derive g z d.
Proof. by move=> E lt; apply: is_derive_ext_loc; apply: filter_imp (open_lt a z lt) => t; exact: E. Qed.

Lemma lim_above f a (l : Rbar) g : (forall t, a < t -> f t = g t) -> is_lim f p_infty l -> is_lim g p_infty l.
Proof. by move=> E; apply: is_lim_ext_loc; exists a. Qed.

Lemma lim_below f a (l : Rbar) g : (forall t, t < a -> f t = g t) -> is_lim f m_infty l -> is_lim g m_infty l.
Proof. by move=> E; apply: is_lim_ext_loc; exists a. Qed.

(** What differs from [l] by less than a multiple of a falling exponential tends to [l]. *)
Lemma lim_exp_above f l C : 0 < C -> (forall t, 0 <= t -> Rabs (f t - l) <= C * exp (- t)) -> is_lim f p_infty l.
Proof.
move=> C0 H; apply/is_lim_spec => -[eps e0] /=; exists (Rmax 0 (- ln (eps / C))) => t lt.
have m0 := Rmax_l 0 (- ln (eps / C)); have m1 := Rmax_r 0 (- ln (eps / C)).
apply: Rle_lt_trans (H t _) _; first lra.
have e1 : 0 < eps / C by exact: Rdiv_lt_0_compat.
have : exp (- t) < exp (ln (eps / C)) by apply: exp_increasing; lra.
rewrite exp_ln // => /(Rmult_lt_compat_l C _ _ C0).
by have -> : C * (eps / C) = eps by field; lra.
Qed.

Lemma lim_exp_below f l C : 0 < C -> (forall t, t <= 0 -> Rabs (f t - l) <= C * exp t) -> is_lim f m_infty l.
Proof.
move=> C0 H; have L : is_lim (fun t => f (- t)) p_infty l.
  apply: (lim_exp_above C0) => t t0; apply: H; lra.
move: L => /is_lim_spec L; apply/is_lim_spec => eps; have [M HM] := L eps; exists (- M) => t lt.
by have := HM (- t); rewrite Ropp_involutive; apply; lra.
Qed.

(** The Jacobian of an elementwise activation, and its product with an upstream gradient. *)
Lemma elementwise_jacobian (T : finType) g (d : R -> R) (z : vec T) :
  (forall i, is_derive g (z i) (d (z i))) -> is_jacobian (elementwise g) z (diag (elementwise d z)).
Proof. by move=> H; exact: (@jacobian_elementwise T (fun _ => g) z (elementwise d z)). Qed.

Lemma elementwise_vjp (T : finType) g (d : R -> R) (z v : vec T) :
  (forall i, is_derive g (z i) (d (z i))) -> is_vjp (elementwise g) z v (fun i => v i * d (z i)).
Proof.
move=> H; exists (diag (elementwise d z)); split; first exact: elementwise_jacobian.
by rewrite transpose_diag mulmv_diag; apply: vec_eq => i; exact: Rmult_comm.
Qed.

(** Where an entry meets a point without derivative there is no Jacobian. *)
Lemma elementwise_not_differentiable (T : finType) g (z : vec T) i :
  ~ ex_derive g (z i) -> ~ differentiable (elementwise g) z.
Proof.
move=> N [J H]; apply: N; exists (J (i, i)).
have := jacobian_partial i i H; apply: is_derive_ext => t; by rewrite /elementwise /replace eqxx.
Qed.

(** ** Identity *)

Theorem identity_value :
  (forall z, identity_activation z = z) /\
  is_lim identity_activation p_infty p_infty /\ is_lim identity_activation m_infty m_infty.
Proof. by split=> //; split; exact: is_lim_id. Qed.

Theorem identity_derivative :
  (forall z, is_derive identity_activation z 1) /\
  is_lim (Derive identity_activation) p_infty 1 /\ is_lim (Derive identity_activation) m_infty 1.
Proof.
have D z : is_derive identity_activation z 1 by exact: is_derive_id.
by split=> //; split; apply: (is_lim_ext (fun _ => 1)) => [z|]; rewrite ?(is_derive_unique _ _ _ (D z)) //;
  exact: is_lim_const.
Qed.

Theorem identity_vjp : forall (T : finType) (z v : vec T), is_vjp (elementwise identity_activation) z v v.
Proof.
move=> T z v; have := @elementwise_vjp T identity_activation (fun _ => 1) z v (fun i => is_derive_id _).
by have -> : (fun i => v i * 1) = v by apply: vec_eq => i; exact: Rmult_1_r.
Qed.

(** ** Rectified linear unit *)

Lemma relu_neg z : z <= 0 -> relu z = 0.
Proof. by move=> le; rewrite /relu Rmax_left. Qed.

Lemma relu_pos z : 0 <= z -> relu z = z.
Proof. by move=> le; rewrite /relu Rmax_right. Qed.

Lemma relu_lipschitz z t : Rabs (relu z - relu t) <= Rabs (z - t).
Proof. by rewrite /relu /Rmax; case: Rle_dec => ?; case: Rle_dec => ?; split_Rabs; lra. Qed.

Lemma relu_right_slope : right_slope relu 0 1.
Proof. by apply: right_slope_line => h h0; rewrite !relu_pos; lra. Qed.

Lemma relu_left_slope : left_slope relu 0 0.
Proof. by apply: left_slope_line => h h0; rewrite !relu_neg; lra. Qed.

Lemma relu_no_derivative : ~ ex_derive relu 0.
Proof. by apply: (kink relu_right_slope relu_left_slope); lra. Qed.

Lemma relu_slope_neg c z : z < 0 -> relu_slope c z = 0.
Proof. by move=> lt; rewrite /relu_slope; case: Rlt_dec. Qed.

Lemma relu_slope_pos c z : 0 < z -> relu_slope c z = 1.
Proof. by move=> lt; rewrite /relu_slope; case: Rlt_dec => ? /=; [lra|case: Rlt_dec]. Qed.

Lemma relu_slope_zero c : relu_slope c 0 = c.
Proof. by rewrite /relu_slope; case: Rlt_dec => ? //=; lra. Qed.

Lemma relu_derive c z : z <> 0 -> is_derive relu z (relu_slope c z).
Proof.
move=> nz; case: (Rlt_dec 0 z) => H.
- rewrite relu_slope_pos //; apply: (@derive_above (fun t => t) _ 0) => // [t t0|]; last exact: is_derive_id.
  by rewrite relu_pos; lra.
- rewrite relu_slope_neg; last lra.
  apply: (@derive_below (fun _ => 0) _ 0 _ 0) => [t t0||]; [by rewrite relu_neg; lra|lra|exact: is_derive_const].
Qed.

Theorem relu_value :
  (forall z, relu z = Rmax 0 z) /\
  is_lim relu m_infty 0 /\ is_lim relu p_infty p_infty /\
  (forall y, 0 <= y <-> exists z, relu z = y) /\
  (forall z t, Rabs (relu z - relu t) <= Rabs (z - t)).
Proof.
split=> //; split; [|split; [|split]]; last exact: relu_lipschitz.
- apply: (@lim_below (fun _ => 0) 0) => [t lt|]; [by rewrite relu_neg; lra|exact: is_lim_const].
- apply: (@lim_above (fun t => t) 0) => [t lt|]; [by rewrite relu_pos; lra|exact: is_lim_id].
- move=> y; split=> [y0|[z <-]]; [by exists y; exact: relu_pos|exact: Rmax_l].
Qed.

Theorem relu_derivative : forall c,
  (forall z, z <> 0 -> is_derive relu z (relu_slope c z)) /\
  (forall z, z < 0 -> relu_slope c z = 0) /\ (forall z, 0 < z -> relu_slope c z = 1) /\
  relu_slope c 0 = c /\ ~ ex_derive relu 0 /\
  is_lim (relu_slope c) m_infty 0 /\ is_lim (relu_slope c) p_infty 1.
Proof.
move=> c; split; first exact: relu_derive. split; first exact: relu_slope_neg.
split; first exact: relu_slope_pos. split; first exact: relu_slope_zero. split; first exact: relu_no_derivative.
split.
- by apply: (@lim_below (fun _ => 0) 0) => [t lt|]; [rewrite relu_slope_neg|exact: is_lim_const].
- by apply: (@lim_above (fun _ => 1) 0) => [t lt|]; [rewrite relu_slope_pos|exact: is_lim_const].
Qed.

Theorem relu_vjp : forall (T : finType) (c : R) (z v : vec T),
  ((forall i, z i <> 0) -> is_vjp (elementwise relu) z v (fun i => v i * relu_slope c (z i))) /\
  (forall i, relu_slope c (z i) = 0 -> v i * relu_slope c (z i) = 0).
Proof.
move=> T c z v; split=> [H|i ->]; last ring.
by apply: elementwise_vjp => i; exact: relu_derive.
Qed.

(** A layer is a map of [W], [b] and [x] together, which are stacked in one vector. *)
Theorem relu_not_differentiable :
  (forall z, continuous relu z) /\ ~ ex_derive relu 0 /\ left_slope relu 0 0 /\ right_slope relu 0 1 /\
  (forall h, 0 < h -> (relu h - relu (- h)) / (2 * h) = / 2) /\
  (forall c, (forall z, c * z <= relu z) <-> 0 <= c <= 1) /\
  (forall (m n : nat),
    let layer (p : vec (sum_finType (prod_finType (ordinal_finType m) (ordinal_finType n))
        (sum_finType (ordinal_finType m) (ordinal_finType n)))) : 'V_m :=
      elementwise relu (upper p *v lower (lower p) +v upper (lower p)) in
    forall (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n),
    ((forall i, (W *v x +v b) i <> 0) -> differentiable layer (stack W (stack b x))) /\
    (forall i, (W *v x +v b) i = 0 -> ~ ex_derive (fun t => relu ((W *v x) i + t)) (b i))).
Proof.
split.
  move=> z; apply/continuity_pt_filterlim => eps e0; exists eps; split=> // t [_].
  by rewrite /= /R_dist => lt; apply: Rle_lt_trans (relu_lipschitz _ _) lt.
split; first exact: relu_no_derivative.
split; first exact: relu_left_slope. split; first exact: relu_right_slope.
split; first by move=> h h0; rewrite relu_pos ?(relu_neg (z := - h)); try lra; field; lra.
split.
  move=> c; split=> [H|[c0 c1] z].
  - by have := H 1; have := H (-1); rewrite (relu_pos (z := 1)) ?(relu_neg (z := -1)); lra.
  - by case: (Rle_dec 0 z) => H; [rewrite relu_pos|rewrite relu_neg]; nra.
move=> m n layer W b x; split=> [H|i E].
- have [J HJ] : differentiable (fun p : vec (sum_finType (prod_finType (ordinal_finType m) (ordinal_finType n))
      (sum_finType (ordinal_finType m) (ordinal_finType n))) => upper p *v lower (lower p) +v upper (lower p))
      (stack W (stack b x)).
    exists (fun '(i, q) => \sum_j (W (i, j) * delta (inr (inr j)) q + x j * delta (inl (i, j)) q)
      + delta (inr (inl i)) q).
    apply/jacobian_rows => i; apply: gradient_eq (gradient_plus (gradient_sum (fun j =>
      gradient_mult (gradient_entry (inl (i, j)) _) (gradient_entry (inr (inr j)) _)))
      (gradient_entry (inr (inl i)) _)) _ => q.
    by [].
  exists (diag (elementwise (relu_slope 0) (W *v x +v b)) *m J).
  by apply: jacobian_comp HJ _; apply: elementwise_jacobian => i; apply: relu_derive; exact: H.
- have Es : (W *v x) i = - b i by move: E; rewrite /vadd; lra.
  apply: (@kink _ _ 1 0); last lra.
  + by apply: right_slope_line => h h0; rewrite Es !relu_pos; lra.
  + by apply: left_slope_line => h h0; rewrite Es !relu_neg; lra.
Qed.

(** ** The indicator *)

Theorem indicator_value :
  (forall z, 0 < z -> indicator z = 1) /\ (forall z, z <= 0 -> indicator z = 0) /\
  (forall z, indicator z = heaviside 0 0 z) /\ (forall z, indicator z = relu_slope 0 z).
Proof.
rewrite /indicator /heaviside /relu_slope; split; [|split; [|split]] => z; try move=> H.
all: by repeat (case: Rlt_dec => ? /=); lra.
Qed.

(** ** Leaky rectified linear unit *)

Lemma leaky_relu_pos alpha z : 0 <= z -> leaky_relu alpha z = z.
Proof. by move=> H; rewrite /leaky_relu; case: Rle_dec. Qed.

Lemma leaky_relu_neg alpha z : z <= 0 -> leaky_relu alpha z = alpha * z.
Proof.
move=> H; rewrite /leaky_relu; case: Rle_dec => //= ?.
by have -> : z = 0; [lra|ring].
Qed.

Theorem leaky_relu_value : forall alpha,
  (forall z, 0 <= z -> leaky_relu alpha z = z) /\ (forall z, z < 0 -> leaky_relu alpha z = alpha * z) /\
  is_lim (leaky_relu alpha) p_infty p_infty /\
  (0 < alpha -> is_lim (leaky_relu alpha) m_infty m_infty) /\
  (alpha < 0 -> is_lim (leaky_relu alpha) m_infty p_infty) /\
  (alpha = 0 -> is_lim (leaky_relu alpha) m_infty 0) /\
  (alpha <= 1 <-> forall z, leaky_relu alpha z = Rmax (alpha * z) z) /\
  (0 < alpha -> forall y, exists z, leaky_relu alpha z = y) /\
  (alpha <= 0 -> forall y, 0 <= y <-> exists z, leaky_relu alpha z = y).
Proof.
move=> alpha; split; first exact: leaky_relu_pos.
split; first by move=> z z0; apply: leaky_relu_neg; lra.
have E t : t < 0 -> alpha * t = leaky_relu alpha t by move=> t0; rewrite leaky_relu_neg; lra.
split.
  by apply: (@lim_above (fun t => t) 0) => [t t0|]; [rewrite leaky_relu_pos; lra|exact: is_lim_id].
split=> [a0|].
  apply: (lim_below E); apply/is_lim_spec => M; exists (M / alpha) => t lt.
  by have := Rmult_lt_compat_l alpha _ _ a0 lt; have -> : alpha * (M / alpha) = M by field; lra.
split=> [a0|].
  apply: (lim_below E); apply/is_lim_spec => M; exists (M / alpha) => t lt.
  have := Rmult_lt_compat_l (- alpha) _ _ ltac:(lra) lt.
  have -> : - alpha * (M / alpha) = - M by field; lra.
  lra.
split=> [a0|].
  apply: (@lim_below (fun _ => 0) 0) => [t t0|]; [by rewrite -E // a0; ring|exact: is_lim_const].
split.
  split=> [a1 z|H].
  - case: (Rle_dec 0 z) => z0; first by rewrite leaky_relu_pos // Rmax_right //; nra.
    by rewrite leaky_relu_neg ?Rmax_left //; nra.
  - by have := H 1; rewrite leaky_relu_pos; have := Rmax_l (alpha * 1) 1; lra.
split=> [a0 y|a0 y].
- case: (Rle_dec 0 y) => y0; first by exists y; exact: leaky_relu_pos.
  exists (y / alpha); rewrite leaky_relu_neg; first by field; lra.
  by have := Rinv_0_lt_compat _ a0; rewrite /Rdiv; nra.
- split=> [y0|[z <-]]; first by exists y; exact: leaky_relu_pos.
  by case: (Rle_dec 0 z) => z0; [rewrite leaky_relu_pos|rewrite leaky_relu_neg; nra].
Qed.

Lemma leaky_relu_slope_neg alpha c z : z < 0 -> leaky_relu_slope alpha c z = alpha.
Proof. by move=> lt; rewrite /leaky_relu_slope; case: Rlt_dec. Qed.

Lemma leaky_relu_slope_pos alpha c z : 0 < z -> leaky_relu_slope alpha c z = 1.
Proof. by move=> lt; rewrite /leaky_relu_slope; case: Rlt_dec => ? /=; [lra|case: Rlt_dec]. Qed.

Lemma leaky_relu_derive alpha c z : z <> 0 -> is_derive (leaky_relu alpha) z (leaky_relu_slope alpha c z).
Proof.
move=> nz; case: (Rlt_dec 0 z) => H.
- rewrite leaky_relu_slope_pos //; apply: (@derive_above (fun t => t) _ 0) => // [t t0|]; last exact: is_derive_id.
  by rewrite leaky_relu_pos; lra.
- rewrite leaky_relu_slope_neg; last lra.
  apply: (@derive_below (fun t => alpha * t) _ 0) => [t t0||]; [by rewrite leaky_relu_neg; lra|lra|].
  by auto_derive => //; ring.
Qed.

Lemma leaky_relu_right_slope alpha : right_slope (leaky_relu alpha) 0 1.
Proof. by apply: right_slope_line => h h0; rewrite !leaky_relu_pos; lra. Qed.

Lemma leaky_relu_left_slope alpha : left_slope (leaky_relu alpha) 0 alpha.
Proof. by apply: left_slope_line => h h0; rewrite !leaky_relu_neg; lra. Qed.

Theorem leaky_relu_derivative : forall alpha c, c = alpha \/ c = 1 \/ c = (1 + alpha) / 2 ->
  (forall z, z <> 0 -> is_derive (leaky_relu alpha) z (leaky_relu_slope alpha c z)) /\
  (forall z, z < 0 -> leaky_relu_slope alpha c z = alpha) /\
  (forall z, 0 < z -> leaky_relu_slope alpha c z = 1) /\
  leaky_relu_slope alpha c 0 = c /\
  (alpha <> 1 -> ~ ex_derive (leaky_relu alpha) 0) /\
  (alpha = 1 -> is_derive (leaky_relu alpha) 0 1 /\ 1 = c) /\
  is_lim (leaky_relu_slope alpha c) m_infty alpha /\ is_lim (leaky_relu_slope alpha c) p_infty 1.
Proof.
move=> alpha c Hc; split; first exact: leaky_relu_derive. split; first exact: leaky_relu_slope_neg.
split; first exact: leaky_relu_slope_pos.
split; first by rewrite /leaky_relu_slope; case: Rlt_dec => ? //=; lra.
split=> [ne|].
  by apply: (kink (leaky_relu_right_slope _) (leaky_relu_left_slope _)); lra.
split=> [a1|].
  split; last by case: Hc => [|[]]; lra.
  apply/slopes_derive; split; first exact: leaky_relu_right_slope.
  by have := leaky_relu_left_slope alpha; rewrite {2}a1.
split.
- by apply: (@lim_below (fun _ => alpha) 0) => [t lt|]; [rewrite leaky_relu_slope_neg|exact: is_lim_const].
- by apply: (@lim_above (fun _ => 1) 0) => [t lt|]; [rewrite leaky_relu_slope_pos|exact: is_lim_const].
Qed.

Theorem leaky_relu_vjp : forall (T : finType) (alpha c : R) (z v : vec T),
  ((forall i, z i <> 0) ->
    is_vjp (elementwise (leaky_relu alpha)) z v (fun i => v i * leaky_relu_slope alpha c (z i))) /\
  (forall i, leaky_relu_slope alpha c (z i) = 0 -> v i * leaky_relu_slope alpha c (z i) = 0).
Proof.
move=> T alpha c z v; split=> [H|i ->]; last ring.
by apply: elementwise_vjp => i; exact: leaky_relu_derive.
Qed.

(** ** Unit step *)

Lemma heaviside_below theta c z : z < theta -> heaviside theta c z = 0.
Proof. by move=> lt; rewrite /heaviside; case: Rlt_dec. Qed.

Lemma heaviside_above theta c z : theta < z -> heaviside theta c z = 1.
Proof. by move=> lt; rewrite /heaviside; case: Rlt_dec => ? /=; [lra|case: Rlt_dec]. Qed.

Lemma heaviside_at theta c : heaviside theta c theta = c.
Proof. by rewrite /heaviside; case: Rlt_dec => ? //=; lra. Qed.

Theorem heaviside_value : forall theta c,
  (forall z, z < theta -> heaviside theta c z = 0) /\ (forall z, theta < z -> heaviside theta c z = 1) /\
  heaviside theta c theta = c /\
  is_lim (heaviside theta c) m_infty 0 /\ is_lim (heaviside theta c) p_infty 1.
Proof.
move=> theta c; split; first exact: heaviside_below. split; first exact: heaviside_above.
split; first exact: heaviside_at.
split.
- by apply: (@lim_below (fun _ => 0) theta) => [t lt|]; [rewrite heaviside_below|exact: is_lim_const].
- by apply: (@lim_above (fun _ => 1) theta) => [t lt|]; [rewrite heaviside_above|exact: is_lim_const].
Qed.

Lemma heaviside_derive theta c z : z <> theta -> is_derive (heaviside theta c) z 0.
Proof.
move=> nz; case: (Rlt_dec theta z) => H.
- apply: (@derive_above (fun _ => 1) _ theta) => // [t lt|]; [by rewrite heaviside_above|exact: is_derive_const].
- apply: (@derive_below (fun _ => 0) _ theta) => [t lt||]; [by rewrite heaviside_below|lra|exact: is_derive_const].
Qed.

Lemma heaviside_not_continuous theta c : ~ continuous (heaviside theta c) theta.
Proof.
move=> /continuity_pt_filterlim H.
have [|e [e0 He]] := H (/ 4); first lra.
have low := He (theta - e / 2); have high := He (theta + e / 2).
move: low high; rewrite /= /R_dist (@heaviside_below _ _ (theta - e / 2)) ?(@heaviside_above _ _ (theta + e / 2));
  rewrite ?heaviside_at; try lra.
have -> : theta - e / 2 - theta = - (e / 2) by ring.
have -> : theta + e / 2 - theta = e / 2 by ring.
rewrite Rabs_Ropp Rabs_pos_eq; last lra.
rewrite /D_x /no_cond => /(_ ltac:(split; [split=> //; lra|lra])) low /(_ ltac:(split; [split=> //; lra|lra])) high.
by move: low high; split_Rabs; lra.
Qed.

Theorem heaviside_derivative : forall theta c,
  (forall z, z <> theta -> is_derive (heaviside theta c) z 0) /\ ~ ex_derive (heaviside theta c) theta /\
  is_lim (Derive (heaviside theta c)) m_infty 0 /\ is_lim (Derive (heaviside theta c)) p_infty 0.
Proof.
move=> theta c; split; first exact: heaviside_derive.
have D z : z <> theta -> 0 = Derive (heaviside theta c) z.
  by move=> ne; rewrite (is_derive_unique _ _ _ (heaviside_derive c ne)).
split; last first.
  split; [apply: (@lim_below (fun _ => 0) theta)|apply: (@lim_above (fun _ => 0) theta)];
    try exact: is_lim_const; by move=> t lt; apply: D; lra.
by move=> /ex_derive_continuous; exact: heaviside_not_continuous.
Qed.

Theorem heaviside_vjp : forall (T : finType) (theta c : R) (z v : vec T), (forall i, z i <> theta) ->
  is_vjp (elementwise (heaviside theta c)) z v (fun _ => 0).
Proof.
move=> T theta c z v H.
have := @elementwise_vjp T _ (fun _ => 0) z v (fun i => heaviside_derive c (H i)).
by have -> : (fun i => v i * 0) = (fun _ => 0) by apply: vec_eq => i; exact: Rmult_0_r.
Qed.

(** ** Errata *)

(** Printed: relu is discontinuous, since it has no derivative at 0. *)
Theorem erratum_A_E19 : ~ (~ ex_derive relu 0 -> ~ continuous relu 0).
Proof.
by move=> H; apply: H; [exact: relu_no_derivative|have [C _] := relu_not_differentiable; exact: C].
Qed.

(** Printed: the derivative of relu is 0 for [z <= 0] and [z] for [z > 0]. *)
Theorem erratum_A_E20 : ~ forall z, is_derive relu z (if Rle_dec z 0 then 0 else z).
Proof.
move=> /(_ 2) /is_derive_unique; case: Rle_dec => [|_] /=; first by lra.
rewrite (is_derive_unique _ _ _ (@relu_derive 0 2 ltac:(lra))) relu_slope_pos; lra.
Qed.

(** Printed: relu is differentiable with [relu'(0) = 0]. *)
Theorem erratum_EJ08 : ~ is_derive relu 0 0.
Proof. by move=> D; apply: relu_no_derivative; exists 0. Qed.
