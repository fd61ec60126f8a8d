(** * Chapter 3: calculus

    A theorem for each clause of the chapter that claims something about real numbers, in the order of the text. *)

From Gradspec Require Import Base Calculus_Norms Calculus_Quotients.
From mathcomp Require Import div path.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Matrices and maps *)

(** [calculus.matrix].  A matrix is the vector of its entries, so that [vec] of the text changes nothing, and [dot A B]
    of two matrices is the scalar product of what the text writes vec(A) and vec(B). *)
Theorem calculus_matrix : forall (m n k l p q : nat) (A A' : 'M_(m, n)) (B B' : 'M_(n, k)) (C : 'M_(k, l)) (t : R)
    (c d : 'V_n) (T : mat (ordinal_finType m) (prod_finType (ordinal_finType p) (ordinal_finType q))) (X : 'M_(p, q)),
  (A *m B) *m C = A *m (B *m C) /\
  A *m (B +v B') = A *m B +v A *m B' /\
  (A +v A') *m B = A *m B +v A' *m B /\
  (t *: A) *m B = t *: (A *m B) /\ t *: (A *m B) = A *m (t *: B) /\
  (A *m B)^T = B^T *m A^T /\
  (exists Y Z : 'M_(2, 2), Y *m Z <> Z *m Y) /\
  diag d *v c = d .* c /\
  dot A A' = (\sum_i \sum_j (A .* A') (i, j)) /\
  (forall i, (T *v X) i = \sum_j \sum_k T (i, (j, k)) * X (j, k)).
Proof.
move=> m n k l p q A A' B B' C t c d T X.
split; first exact: mulmmA.
split; first by apply: mat_eq => i j; rewrite /mulmm /vadd -sum_plus; apply: sum_ext => r; ring.
split; first by apply: mat_eq => i j; rewrite /mulmm /vadd -sum_plus; apply: sum_ext => r; ring.
split; first by apply: mat_eq => i j; rewrite /mulmm /vscale sum_mull; apply: sum_ext => r; ring.
split; first by apply: mat_eq => i j; rewrite /mulmm /vscale sum_mull; apply: sum_ext => r; ring.
split; first exact: transpose_mulmm.
split.
  exists (rows 2 2 [:: [:: 0; 1]; [:: 0; 0]]), (rows 2 2 [:: [:: 0; 0]; [:: 1; 0]]).
  by move=> /(f_equal (fun Y : 'M_(2, 2) => Y (i1, i1))); rewrite /mulmm !sum_I2 /=; lra.
split; first exact: mulmv_diag.
split; first by rewrite /dot sum_pair.
by move=> i; rewrite /mulmv sum_pair.
Qed.

(** [calculus.composition]: the maps [f 1], ..., [f n] one after the other, the lowest index first. *)
Fixpoint iterated {Omega : nat -> Type} (f : forall i, Omega i -> Omega i.+1) (n : nat) : Omega 1%N -> Omega n.+1 :=
  match n with
  | 0%N => fun x => x
  | n'.+1 => fun x => f n'.+1 (iterated f n' x)
  end.

Theorem calculus_composition : forall (Omega : nat -> Type) (f : forall i, Omega i -> Omega i.+1),
  (forall x, iterated f 0 x = x) /\
  (forall n k x, iterated f (n + k)%N x =
    iterated (Omega := fun i => Omega (i + k)%N) (fun i => f (i + k)%N) n (iterated f k x)) /\
  (forall (e : Omega 1%N -> Omega 1%N), (forall (g : Omega 1%N -> Omega 1%N) x, g x = g (e x)) -> forall x, e x = x).
Proof.
move=> Omega f; split=> //; split=> [n k x|e H x]; last by rewrite -(H id).
by elim: n => [|n IH] //=; rewrite IH.
Qed.

(** ** Derivatives *)

(** [calculus.continuity]: entries and compositions. *)
Theorem calculus_continuity : forall (n m k : nat) (f : 'V_n -> 'V_m) (g : 'V_m -> 'V_k) (a : 'V_n),
  (continuous_at f a <-> forall i, continuous_at (fun x (_ : 'I_1) => f x i) a) /\
  (continuous_at f a -> continuous_at g (f a) -> continuous_at (fun x => g (f x)) a).
Proof.
move=> n m k f g a; split; last first.
  move=> Hf Hg eps e0; have [e [ep He]] := Hg _ e0; have [eta [eta0 Hf']] := Hf _ ep.
  by exists eta; split=> // z hz; apply: He; exact: Hf'.
split=> [H i eps e0|H eps e0].
- have [eta [eta0 He]] := H _ e0; exists eta; split=> // z hz.
  apply: vnorm_le => [|o]; first lra.
  by apply: Rle_trans (He z hz); exact: (vnorm_ge (f z -v f a)).
- have [i e e' [e0' le] He z hz|i|eta [eta0 He]] := @finite_choice _ (fun i eta => forall z, vnorm (z -v a) <= eta ->
    Rabs (f z i - f a i) <= eps).
  + by apply: He; lra.
  + have [eta [eta0 He]] := H i _ e0; exists eta; split=> // z hz.
    by apply: Rle_trans (He z hz); exact: (vnorm_ge (fun _ : 'I_1 => f z i - f a i) ord0).
  + by exists eta; split=> // z hz; apply: vnorm_le => [|i]; [lra|exact: He].
Qed.

(** It does not matter which norms are taken for continuity, *)
Theorem calculus_continuity_norms : forall (n : nat) (N : 'V_n -> R), is_norm N ->
  exists c C, 0 < c <= C /\ forall x, c * vnorm x <= N x <= C * vnorm x.
Proof.
move=> n N H; have [c [c0 low]] := norm_lower H; have [C [C0 up]] := norm_upper H.
exists c, (C + c); split=> [|x]; first lra.
by split; [exact: low|have := up x; have := vnorm_ge0 x; nra].
Qed.

(** nor for differentiability. *)
Theorem calculus_differentiable_norms : forall (n m : nat) (N : 'V_n -> R) (M : 'V_m -> R), is_norm N -> is_norm M ->
  forall (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'M_(m, n)),
  is_jacobian f x J <->
  forall eps, 0 < eps -> exists eta, 0 < eta /\
  forall h, N h <= eta -> M (f (x +v h) -v f x -v J *v h) <= eps * N h.
Proof.
move=> n m N M HN HM f x J.
have [c [C [[c0 cC] bN]]] := calculus_continuity_norms HN.
have [d [D [[d0 dD] bM]]] := calculus_continuity_norms HM.
split=> H eps e0.
- have [|eta [eta0 He]] := H (eps * c / D); first by apply: Rdiv_lt_0_compat; nra.
  exists (c * eta); split=> [|h hs]; first exact: Rmult_lt_0_compat.
  have [b _] := bN h; have [_ b'] := bM (f (x +v h) -v f x -v J *v h).
  have h' : vnorm h <= eta by apply: (Rmult_le_reg_l c) => //; lra.
  apply: Rle_trans b' _; apply: Rle_trans (Rmult_le_compat_l D _ _ _ (He h h')) _; first lra.
  have -> : D * (eps * c / D * vnorm h) = eps * (c * vnorm h) by field; lra.
  by apply: Rmult_le_compat_l; lra.
- have [|eta [eta0 He]] := H (eps * d / C); first by apply: Rdiv_lt_0_compat; nra.
  exists (eta / C); split=> [|h hs]; first by apply: Rdiv_lt_0_compat; lra.
  have [_ b] := bN h; have [b' _] := bM (f (x +v h) -v f x -v J *v h).
  have h' : N h <= eta.
    apply: Rle_trans b _; have := Rmult_le_compat_l C _ _ ltac:(lra) hs.
    by have -> : C * (eta / C) = eta by field; lra.
  apply: (Rmult_le_reg_l d) => //; apply: Rle_trans b' _; apply: Rle_trans (He h h') _.
  have -> : d * (eps * vnorm h) = eps * d / C * (C * vnorm h) by field; lra.
  apply: Rmult_le_compat_l => //; apply: Rlt_le; apply: Rdiv_lt_0_compat; nra.
Qed.

(** [calculus.differentiable]: the Jacobian is unique, the entries decide, and a differentiable map is continuous. *)
Theorem calculus_differentiable : forall (n m : nat) (f : 'V_n -> 'V_m) (a : 'V_n),
  (forall J J', is_jacobian f a J -> is_jacobian f a J' -> J = J') /\
  (differentiable f a <-> forall i, exists g, is_gradient (fun x => f x i) a g) /\
  (differentiable f a -> continuous_at f a).
Proof.
move=> n m f a; split; first exact: jacobian_unique.
split; last by move=> [J]; exact: jacobian_continuous.
split=> [[J /jacobian_rows H] i|H]; first by exists (fun j => J (i, j)).
have [g Hg] : exists g : 'I_m -> 'V_n, forall i, is_gradient (fun x => f x i) a (g i).
  exact: (finite_function (vzero _) H).
by exists (fun '(i, j) => g i j); apply/jacobian_rows.
Qed.

(** A limit of quotients is no substitute: it exists everywhere exactly if the map is locally constant, and is 0. *)
Theorem calculus_differentiable_quotients : forall (n m : nat) (Omega : 'V_n.+1 -> Prop) (f : 'V_n.+1 -> 'V_m),
  (forall a, Omega a -> near a Omega) ->
  let has_quotient_limit (c : 'V_n.+1 -> 'V_m) := forall a, Omega a ->
    forall eps, 0 < eps -> exists eta, 0 < eta /\ forall x, x <> a -> vnorm (x -v a) <= eta ->
    vnorm (/ vnorm (x -v a) *: (f x -v f a) -v c a) <= eps in
  ((exists c, has_quotient_limit c) <-> forall a, Omega a -> near a (fun x => f x = f a)) /\
  (forall c, has_quotient_limit c -> forall a, Omega a -> c a = vzero _).
Proof.
move=> n m Omega f op lim.
have constant c : lim c -> forall a, Omega a -> near a (fun x => f x = f a).
  move=> Hc a Oa; have [r [r0 ball]] := op a Oa; exists r; split=> // x hx.
  set h := x -v a in hx; apply: vec_eq => i; apply: esym.
  have [E|nz] := Req_dec (vnorm h) 0.
    congr (f _ i); have h0 := vnorm_eq0 E; apply: vec_eq => j.
    by have := f_equal (fun z : 'V_n.+1 => z j) h0; rewrite /h /vsub /vzero; lra.
  have n0 : 0 < vnorm h by have := vnorm_ge0 h; lra.
  have on t : 0 <= t <= 1 -> Omega (a +v t *: h).
    move=> t01; apply: ball.
    have -> : a +v t *: h -v a = t *: h by apply: vec_eq => j; rewrite /vadd /vsub; ring.
    by rewrite vnorm_scale Rabs_pos_eq; nra.
  have := @quotient_constant (fun t => f (a +v t *: h) i) (fun t => c (a +v t *: h) i * vnorm h).
  have -> : a +v 0 *: h = a by apply: vec_eq => j; rewrite /vadd /vscale; ring.
  have -> : a +v 1 *: h = x by apply: vec_eq => j; rewrite /vadd /vscale /h /vsub; ring.
  apply=> t t01 eps e0; have [|eta [eta0 He]] := Hc _ (on t t01) (eps / vnorm h).
    exact: Rdiv_lt_0_compat.
  exists (eta / vnorm h); split=> [|s hs ts]; first exact: Rdiv_lt_0_compat.
  have [->|sz] := Req_dec s 0.
    by rewrite Rplus_0_r Rabs_R0 !Rmult_0_r Rminus_0_r Rminus_eq_0 Rabs_R0; exact: Rle_refl.
  have s0 := Rabs_pos_lt _ sz.
  set p := a +v t *: h in He *; set q := a +v (t + s) *: h.
  have d : q -v p = s *: h by apply: vec_eq => j; rewrite /q /p /vadd /vsub /vscale; ring.
  have dn : vnorm (q -v p) = Rabs s * vnorm h by rewrite d vnorm_scale.
  have pos : 0 < Rabs s * vnorm h by exact: Rmult_lt_0_compat.
  have qp : q <> p.
    move=> E; move: dn; rewrite E; have -> : p -v p = vzero _ by apply: vec_eq => j; rewrite /vsub /vzero; ring.
    by rewrite vnorm_zero; lra.
  have close : vnorm (q -v p) <= eta.
    rewrite dn; have := Rmult_le_compat_r _ _ _ (Rlt_le _ _ n0) hs.
    by have -> : eta / vnorm h * vnorm h = eta by field; lra.
  have := Rle_trans _ _ _ (vnorm_ge _ i) (He q qp close); rewrite dn /vsub /vscale => le.
  have -> : f q i - f p i - c p i * vnorm h * Rabs s =
      (/ (Rabs s * vnorm h) * (f q i - f p i) - c p i) * (Rabs s * vnorm h) by field; split; lra.
  rewrite Rabs_mult (Rabs_pos_eq (Rabs s * vnorm h)); last lra.
  have -> : eps * Rabs s = eps / vnorm h * (Rabs s * vnorm h) by field; lra.
  by apply: Rmult_le_compat_r; lra.
have zero (c : 'V_n.+1 -> 'V_m) a : lim c -> Omega a -> c a = vzero _.
  move=> Hc Oa; have [r [r0 same]] := constant c Hc a Oa; apply: vec_eq => i; apply: Classical_Prop.NNPP => nz.
  have p := Rabs_pos_lt _ nz; have [|eta [eta0 He]] := Hc a Oa (Rabs (c a i) / 2); first lra.
  set s := Rmin r eta; have s0 : 0 < s by exact: Rmin_pos.
  set x := a +v s *: unit_vector ord0.
  have d : x -v a = s *: unit_vector ord0 by apply: vec_eq => j; rewrite /x /vadd /vsub; ring.
  have dn : vnorm (x -v a) = s by rewrite d vnorm_scale vnorm_unit_vector Rabs_pos_eq; lra.
  have xa : x <> a.
    move=> E; move: dn; rewrite E; have -> : a -v a = vzero _ by apply: vec_eq => j; rewrite /vsub /vzero; ring.
    by rewrite vnorm_zero => s0'; move: s0; rewrite -s0'; exact: Rlt_irrefl.
  have fx : f x = f a by apply: same; rewrite dn; exact: Rmin_l.
  have := Rle_trans _ _ _ (vnorm_ge _ i) (He x xa ltac:(rewrite dn; exact: Rmin_r)).
  rewrite fx /vsub /vscale Rminus_eq_0 Rmult_0_r Rminus_0_l Rabs_Ropp; lra.
split; last by move=> c Hc a; exact: zero.
split=> [[c Hc]|H]; first exact: constant Hc.
exists (fun _ => vzero _) => a Oa eps e0; have [r [r0 same]] := H a Oa; exists r; split=> // x xa hx.
rewrite (same x hx); have -> : / vnorm (x -v a) *: (f a -v f a) -v vzero _ = vzero _.
  by apply: vec_eq => i; rewrite /vscale /vsub /vzero; ring.
by rewrite vnorm_zero; lra.
Qed.

(** [calculus.jacobian]: entries, affine maps, and that partial derivatives alone do not suffice. *)
Theorem calculus_jacobian : forall (n m : nat),
  (forall (f : 'V_n -> 'V_m) x J, is_jacobian f x J -> forall i j, is_partial (fun z => f z i) x j (J (i, j))) /\
  (forall (A : 'M_(m, n)) c x, is_jacobian (fun z => A *v z +v c) x A) /\
  (forall x : 'V_n, is_jacobian (fun z => z) x (identity _)) /\
  (forall (c : 'V_m) (x : 'V_n), is_jacobian (fun _ => c) x (fun _ => 0)).
Proof.
move=> n m; split; first by move=> f x J H i j; exact: jacobian_partial.
split; first exact: jacobian_affine.
split; [exact: jacobian_id|exact: jacobian_const].
Qed.

Theorem calculus_jacobian_partials : let f (x : 'V_2) := x i1 ^ 2 * x i2 / (x i1 ^ 2 + x i2 ^ 2) in
  (forall j, is_partial f (vzero _) j 0) /\ ~ exists g, is_gradient f (vzero _) g.
Proof.
move=> f.
have P : forall j, is_partial f (vzero _) j 0.
  move=> j; apply: (@is_derive_ext _ _ (fun _ => 0)); last exact: is_derive_const.
  by move=> t; rewrite /f /replace /vzero; move: j; apply: forall_I2; rewrite /= /Rdiv; ring.
split=> // -[g H].
have g0 : g = vzero _.
  apply: vec_eq => j; rewrite -(is_derive_unique _ _ _ (gradient_partial j H)).
  exact: is_derive_unique (P j).
move: H; rewrite g0 => /is_gradient_eps /(_ (/ 4)) [|eta [eta0 He]]; first lra.
have := He (fun _ => eta); have -> : vnorm (fun _ : 'I_2 => eta) = eta.
  apply: Rle_antisym; first by apply: vnorm_le => [|o]; rewrite ?Rabs_pos_eq; lra.
  by rewrite -{1}(Rabs_pos_eq eta); [exact: (vnorm_ge (fun _ : 'I_2 => eta) i1)|lra].
move=> /(_ (Rle_refl _)); rewrite /f /vadd /vzero /dot sum_I2.
have -> : (0 + eta) ^ 2 * (0 + eta) / ((0 + eta) ^ 2 + (0 + eta) ^ 2) -
    0 ^ 2 * 0 / (0 ^ 2 + 0 ^ 2) - (0 * eta + 0 * eta) = eta / 2.
  have -> : 0 ^ 2 * 0 / (0 ^ 2 + 0 ^ 2) = 0 by rewrite /Rdiv; ring.
  by field; nra.
rewrite Rabs_pos_eq; lra.
Qed.

(** Continuous partial derivatives suffice: the path from [x] to [x + h] goes along one axis after the other. *)
Theorem calculus_jacobian_continuous_partials : forall (n m : nat) (f : 'V_n -> 'V_m) (J : 'V_n -> 'M_(m, n))
    (x : 'V_n),
  near x (fun z => forall i j, is_partial (fun y => f y i) z j (J z (i, j))) -> continuous_at J x ->
  is_jacobian f x (J x).
Proof.
move=> n m f J x [e1 [e10 P]] C; apply/jacobian_rows => i; apply/is_gradient_eps => eps e0.
have [|e2 [e20 HC]] := C (eps / (INR n + 1)); first by apply: Rdiv_lt_0_compat => //; have := pos_INR n; lra.
set d := eps / (INR n + 1) in HC *.
have d0 : 0 < d by apply: Rdiv_lt_0_compat => //; have := pos_INR n; lra.
exists (Rmin e1 e2); split=> [|h hs]; first exact: Rmin_pos.
have h1 := Rle_trans _ _ _ hs (Rmin_l _ _); have h2 := Rle_trans _ _ _ hs (Rmin_r _ _).
set along := fun r : seq 'I_n => fun k => if k \in r then x k + h k else x k.
have step r : uniq r ->
    Rabs (f (along r) i - f x i - \big[Rplus/0]_(k <- r) (J x (i, k) * h k)) <= \big[Rplus/0]_(k <- r) (d * vnorm h).
  elim: r => [_|j r IH /= /andP[out /IH le]].
    rewrite !big_nil; have -> : along [::] = x by apply: vec_eq.
    by rewrite !Rminus_eq_0 Rabs_R0; exact: Rle_refl.
  set z := along r in le *; set line := fun t => f (replace z j t) i.
  have zj : z j = x j by rewrite /z /along (negbTE out).
  have far t : Rmin (x j) (x j + h j) <= t <= Rmax (x j) (x j + h j) -> vnorm (replace z j t -v x) <= vnorm h.
    move=> tb; apply: vnorm_le => [|k]; first exact: vnorm_ge0.
    apply: Rle_trans (vnorm_ge h k); rewrite /vsub /replace; case: eqP => [->|_].
      by move: tb; rewrite /Rmin /Rmax; case: Rle_dec => ? ?; rewrite /Rabs; do 2 case: Rcase_abs; lra.
    rewrite /z /along; case: (k \in r); first by apply: Req_le; congr Rabs; ring.
    by rewrite Rminus_eq_0 Rabs_R0; exact: Rabs_pos.
  have [t tb|t tb|c [cb E]] := MVT_gen line (x j) (x j + h j) (fun t => J (replace z j t) (i, j)).
  - have [l u] := tb; have /P /(_ i j) := Rle_trans _ _ _ (far t (conj (Rlt_le _ _ l) (Rlt_le _ _ u))) h1.
    rewrite /is_partial; have -> : replace z j t j = t by rewrite /replace eqxx.
    by apply: is_derive_ext => s; congr (f _ i); apply: vec_eq => k; rewrite /replace; case: eqP.
  - have /P /(_ i j) := Rle_trans _ _ _ (far t tb) h1.
    rewrite /is_partial; have -> : replace z j t j = t by rewrite /replace eqxx.
    move=> D; apply/continuity_pt_filterlim; apply: ex_derive_continuous; exists (J (replace z j t) (i, j)).
    by apply: is_derive_ext D => s; congr (f _ i); apply: vec_eq => k; rewrite /replace; case: eqP.
  have last : along (j :: r) = replace z j (x j + h j).
    by apply: vec_eq => k; rewrite /along /z /replace inE; case: eqP => [->|].
  have first : z = replace z j (x j) by apply: vec_eq => k; rewrite /replace; case: eqP => [->|].
  rewrite !big_cons last; move: E; rewrite /line -first => E.
  set s := \big[Rplus/0]_(k <- r) (J x (i, k) * h k) in le *.
  have -> : f (replace z j (x j + h j)) i - f x i - (J x (i, j) * h j + s) =
      (J (replace z j c) (i, j) - J x (i, j)) * h j + (f z i - f x i - s).
    have -> : f (replace z j (x j + h j)) i = f z i + J (replace z j c) (i, j) * (x j + h j - x j).
      by rewrite -E; ring.
    by ring.
  apply: Rle_trans (Rabs_triang _ _) _; apply: Rplus_le_compat => //; rewrite Rabs_mult.
  have near := HC _ (Rle_trans _ _ _ (far c cb) h2).
  apply: Rmult_le_compat; [exact: Rabs_pos|exact: Rabs_pos| |exact: vnorm_ge].
  exact: Rle_trans (vnorm_ge (J (replace z j c) -v J x) (i, j)) near.
have := step (index_enum _) (index_enum_uniq _).
have -> : along (index_enum _) = x +v h by apply: vec_eq => k; rewrite /along mem_index_enum.
move=> le; apply: Rle_trans le _.
rewrite sum_const card_ord /d; have := pos_INR n; have := vnorm_ge0 h => v0 n0.
have -> : INR n * (eps / (INR n + 1) * vnorm h) = eps * vnorm h * (INR n / (INR n + 1)) by field; lra.
have : INR n / (INR n + 1) <= 1 by apply/Rle_div_l; lra.
have : 0 <= eps * vnorm h by apply: Rmult_le_pos; lra.
by nra.
Qed.

(** [increment.linear], in three lemmas: the expansion, *)
Lemma increment_linear_expansion : forall (m n : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'M_(m, n)),
  is_jacobian f x J ->
  (forall h i, (f x +v J *v h) i = f x i + \sum_j J (i, j) * h j) /\
  (forall eps, 0 < eps -> exists eta, 0 < eta /\
    forall h, vnorm h <= eta -> vnorm (f (x +v h) -v (f x +v J *v h)) <= eps * vnorm h).
Proof.
move=> m n f x J H; split=> // eps e0; have [eta [eta0 He]] := H _ e0; exists eta; split=> // h hs.
have -> : f (x +v h) -v (f x +v J *v h) = f (x +v h) -v f x -v J *v h.
  by apply: vec_eq => i; rewrite /vadd /vsub; ring.
exact: He.
Qed.

(** affine maps, *)
Lemma increment_linear_affine : forall (m n : nat) (A : 'M_(m, n)) (c : 'V_m) (x h : 'V_n),
  A *v (x +v h) +v c = (A *v x +v c) +v A *v h.
Proof. by move=> m n A c x h; rewrite mulmv_add; apply: vec_eq => i; rewrite /vadd; ring. Qed.

(** and the error of second order. *)
Lemma increment_linear_second_order : forall (m n : nat) (f : 'V_n -> 'V_m) (J : 'V_n -> 'M_(m, n)) (x h : 'V_n)
    (H : R -> mat (prod_finType (ordinal_finType m) (ordinal_finType n)) (ordinal_finType n)) (M : R),
  (forall t, 0 <= t <= 1 -> is_jacobian f (x +v t *: h) (J (x +v t *: h)) /\
    is_jacobian J (x +v t *: h) (H t) /\ forall i j k, Rabs (H t ((i, j), k)) <= M) ->
  forall i, Rabs (f (x +v h) i - (f x i + \sum_j J x (i, j) * h j)) <= / 2 * M * (\sum_j Rabs (h j)) ^ 2.
Proof.
move=> m n f J x h H M Hyp i.
set B := M * (\sum_j Rabs (h j)) ^ 2.
have line t : is_velocity (fun s => x +v s *: h) t h.
  by move=> k; rewrite /vadd /vscale; auto_derive => //; ring.
set phi := fun t => f (x +v t *: h) i.
set psi := fun t => (J (x +v t *: h) *v h) i.
have dphi t : 0 <= t <= 1 -> is_derive phi t (psi t).
  by move=> /Hyp [Hf _]; exact: (velocity_comp (line t) Hf i).
set dp := fun t => \sum_j (H t *v h) (i, j) * h j.
have dpsi t : 0 <= t <= 1 -> is_derive psi t (dp t) /\ Rabs (dp t) <= B.
  move=> /Hyp [_ [HJ HM]].
  have V := velocity_comp (line t) HJ.
  split.
    have G : is_gradient (fun A : 'M_(m, n) => (A *v h) i) (J (x +v t *: h)) (fun '(k, j) => delta i k * h j).
      apply: gradient_ext (gradient_dot (fun '(k, j) => delta i k * h j) _) => A.
      rewrite /dot sum_pair (@sum_single _ i) ?delta_same => [|k ne].
        by apply: sum_ext => j; ring.
      by apply: sum_zero => j; rewrite delta_other 1?eq_sym //; ring.
    have := derive_along V G; rewrite /dot sum_pair (@sum_single _ i) ?delta_same => [|k ne].
      by have -> : \sum_j 1 * h j * (H t *v h) (i, j) = dp t by apply: sum_ext => j; ring.
    by apply: sum_zero => j; rewrite delta_other 1?eq_sym //; ring.
  apply: Rle_trans (Rabs_sum _) _.
  have -> : B = \sum_j M * (\sum_k Rabs (h k)) * Rabs (h j) by rewrite -sum_mull /B; ring.
  apply: sum_le => j; rewrite Rabs_mult; apply: Rmult_le_compat_r; first exact: Rabs_pos.
  apply: Rle_trans (Rabs_sum _) _; rewrite sum_mull; apply: sum_le => k; rewrite Rabs_mult.
  by apply: Rmult_le_compat_r; [exact: Rabs_pos|exact: HM].
have cpsi t : 0 <= t <= 1 -> Rabs (psi t - psi 0) <= B * t.
  move=> t01; have [->|nz] := Req_dec t 0; first by rewrite Rminus_eq_0 Rabs_R0; lra.
  have [||c [cb E]] := @mean_value psi dp 0 t; first lra.
    by move=> s sb; have [|D _] := dpsi s; first lra.
  rewrite E Rminus_0_r Rabs_mult (Rabs_pos_eq t); last lra.
  by apply: Rmult_le_compat_r; [lra|have [|_] := dpsi c; first lra].
(* [u t = s (phi t - psi 0 t) - B t^2 / 2] does not rise, for both signs [s]. *)
have bound s : Rabs s = 1 -> s * (phi 1 - phi 0 - psi 0) <= B / 2.
  move=> s1; set u := fun t => s * (phi t - psi 0 * t) - B * t ^ 2 / 2.
  have du t : 0 <= t <= 1 -> is_derive u t (s * (psi t - psi 0) - B * t).
    move=> t01; have D := dphi t t01; rewrite /u; auto_derive; first by exists (psi t).
    by rewrite (is_derive_unique _ _ _ D); field.
  have [||c [cb E]] := @mean_value u (fun t => s * (psi t - psi 0) - B * t) 0 1; [lra|exact: du|].
  have le : s * (psi c - psi 0) <= B * c.
    apply: Rle_trans (Rle_abs _) _; rewrite Rabs_mult s1 Rmult_1_l; exact: cpsi.
  have := E; rewrite /u; nra.
have p1 : phi 1 = f (x +v h) i.
  by rewrite /phi; have -> : x +v 1 *: h = x +v h by apply: vec_eq => j; rewrite /vadd /vscale; ring.
have x0 : x +v 0 *: h = x by apply: vec_eq => j; rewrite /vadd /vscale; ring.
have p0 : phi 0 = f x i by rewrite /phi x0.
have q0 : psi 0 = \sum_j J x (i, j) * h j by rewrite /psi x0.
have := bound 1 (Rabs_R1); have := bound (-1); rewrite Rabs_Ropp Rabs_R1 => /(_ erefl).
rewrite p1 p0 q0 -/B => le1 le2.
have -> : / 2 * M * (\sum_j Rabs (h j)) ^ 2 = B / 2 by rewrite /B; field.
apply: Rabs_le; lra.
Qed.

(** [J z] is the Jacobian of the map at [z] on the segment from [x] to [x + h], and [H t] that of [J] at [x + t h]: the
    second partial derivatives of entry [i] stand at its places [((i, j), k)]. *)
Theorem increment_linear : forall (m n : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'V_n -> 'M_(m, n)),
  is_jacobian f x (J x) ->
  (forall h i, (f x +v J x *v h) i = f x i + \sum_j J x (i, j) * h j) /\
  (forall eps, 0 < eps -> exists eta, 0 < eta /\
    forall h, vnorm h <= eta -> vnorm (f (x +v h) -v (f x +v J x *v h)) <= eps * vnorm h) /\
  (forall A c, (forall z, f z = A *v z +v c) -> forall h, f (x +v h) = f x +v J x *v h) /\
  (forall h (H : R -> mat (prod_finType (ordinal_finType m) (ordinal_finType n)) (ordinal_finType n)) M,
    (forall t, 0 <= t <= 1 -> is_jacobian f (x +v t *: h) (J (x +v t *: h)) /\
      is_jacobian J (x +v t *: h) (H t) /\ forall i j k, Rabs (H t ((i, j), k)) <= M) ->
    forall i, Rabs (f (x +v h) i - (f x i + \sum_j J x (i, j) * h j)) <= / 2 * M * (\sum_j Rabs (h j)) ^ 2).
Proof.
move=> m n f x J H; have [entry expansion] := increment_linear_expansion H.
split; [exact: entry|split; [exact: expansion|split]].
- move=> A c affine h; rewrite !affine increment_linear_affine.
  have E : f = fun z => A *v z +v c by apply: functional_extensionality.
  by rewrite E in H; rewrite (jacobian_unique H (jacobian_affine A c x)).
- by move=> h D M; exact: increment_linear_second_order.
Qed.

(** ** Layouts and products with a Jacobian *)

(** [calculus.gradient]: the partial derivatives, the expansion, and the direction of steepest ascent. *)
Theorem calculus_gradient : forall (T : finType) (f : vec T -> R) (X g : vec T), is_gradient f X g ->
  (forall j, is_partial f X j (g j)) /\
  (forall eps, 0 < eps -> exists eta, 0 < eta /\
    forall h, vnorm h <= eta -> Rabs (f (X +v h) - (f X + \sum_i (g .* h) i)) <= eps * vnorm h).
Proof.
move=> T f X g H; split=> [j|eps e0]; first exact: gradient_partial.
have /is_gradient_eps /(_ _ e0) [eta [eta0 He]] := H; exists eta; split=> // h hs.
have -> : f (X +v h) - (f X + \sum_i (g .* h) i) = f (X +v h) - f X - dot g h by rewrite /dot /hadamard; ring.
exact: He.
Qed.

Theorem calculus_gradient_ascent : forall (T : finType) (g : vec T), g <> vzero T ->
  euclid (/ euclid g *: g) = 1 /\
  dot g (/ euclid g *: g) = euclid g /\ dot g (- / euclid g *: g) = - euclid g /\
  forall h, euclid h = 1 -> - euclid g <= dot g h <= euclid g /\
    (dot g h = euclid g -> h = / euclid g *: g) /\ (dot g h = - euclid g -> h = - / euclid g *: g).
Proof.
move=> T g nz; set r := euclid g.
have rr : r * r = dot g g by apply: sqrt_sqrt; exact: dot_ge0.
have r0 : 0 < r.
  case: (sqrt_pos (dot g g)) => // E; case: nz; apply: dot_eq0.
  by rewrite -rr /r /euclid -E Rmult_0_l.
have sq s (h : vec T) : s * s = 1 -> euclid h = 1 ->
    dot (h -v (s * / r) *: g) (h -v (s * / r) *: g) = 2 - 2 * (s / r) * dot g h.
  move=> s1 h1; have hh : dot h h = 1.
    by rewrite -(sqrt_sqrt (dot h h)); [rewrite -/(euclid h) h1; ring|exact: dot_ge0].
  have -> : dot (h -v (s * / r) *: g) (h -v (s * / r) *: g) =
      dot h h - 2 * (s / r) * dot g h + (s / r) * (s / r) * dot g g.
    by rewrite /dot !sum_mull -sum_minus -sum_plus; apply: sum_ext => i; rewrite /vsub /vscale /Rdiv; ring.
  have -> : (s / r) * (s / r) * dot g g = s * s by rewrite -rr; field; lra.
  by rewrite hh s1; ring.
have self : dot g (/ r *: g) = r by rewrite dot_scaler -rr; field; lra.
split.
  have -> : euclid (/ r *: g) = sqrt 1; last exact: sqrt_1.
  congr sqrt; rewrite dot_scaler dotC self; field; lra.
split=> //; split; first by rewrite dot_scaler -rr; field; lra.
move=> h h1.
have := sq 1 h; have := sq (-1) h.
have -> : -1 * / r = - / r by ring. have -> : 1 * / r = / r by ring.
move=> /(_ ltac:(ring) h1) Em /(_ ltac:(ring) h1) Ep.
have pm := dot_ge0 (h -v - / r *: g); have pp := dot_ge0 (h -v / r *: g).
have mul s : r * (s / r * dot g h) = s * dot g h by field; lra.
have eq (a : vec T) : h -v a = vzero T -> h = a.
  move=> E; apply: vec_eq => i; have := f_equal (fun z : vec T => z i) E; rewrite /vsub /vzero; lra.
split; first by have := mul 1; have := mul (-1); split; nra.
split=> E; apply: eq; apply: dot_eq0.
- by rewrite Ep E; field; lra.
- by rewrite Em E; field; lra.
Qed.

(** [calculus.vjp]. *)
Theorem calculus_vjp : forall (m n : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'M_(m, n)) (v : 'V_m),
  is_jacobian f x J ->
  (forall r, is_vjp f x v r <-> r = J^T *v v) /\
  (forall j, (J^T *v v) j = \sum_i v i * J (i, j)) /\
  (forall i j, is_partial (fun z => f z i) x j (J (i, j))) /\
  (forall F : 'V_m -> R, is_gradient F (f x) v -> is_gradient (fun z => F (f z)) x (J^T *v v)).
Proof.
move=> m n f x J v H; split.
  by move=> r; split=> [[J' [H' ->]]|->]; [rewrite (jacobian_unique H H')|exact: is_vjp_jacobian].
split; first by move=> j; apply: sum_ext => i; exact: Rmult_comm.
split; first by move=> i j; exact: jacobian_partial.
by move=> F; exact: gradient_comp.
Qed.

(** [vector_jacobian_product.value]. *)
Theorem vector_jacobian_product_value : forall (m n : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'M_(m, n)) (v : 'V_m),
  is_jacobian f x J ->
  is_vjp f x v (J^T *v v) /\
  (forall j, (J^T *v v) j = \sum_i v i * J (i, j)) /\
  (forall j, (J^T *v v) j = \sum_i (diag v *m J) (i, j)) /\
  (forall j, (J^T *v v) j = (as_row v *m J) (i1, j)).
Proof.
move=> m n f x J v H; split; first exact: is_vjp_jacobian.
split; first by move=> j; apply: sum_ext => i; exact: Rmult_comm.
split=> j; last by apply: sum_ext => i; exact: Rmult_comm.
by apply: sum_ext => i; rewrite mulmm_diag_l /transpose; ring.
Qed.

(** ** Rules *)

(** [calculus.linearity]. *)
Theorem calculus_linearity : forall (n m k : nat) (f g : 'V_n -> 'V_m) (x : 'V_n) (F G : 'M_(m, n)),
  is_jacobian f x F -> is_jacobian g x G ->
  (forall alpha beta, is_jacobian (fun z => alpha *: f z +v beta *: g z) x (alpha *: F +v beta *: G)) /\
  (forall (A : 'M_(k, m)) c, is_jacobian (fun z => A *v f z +v c) x (A *m F)) /\
  is_gradient (fun z => / 2 * dot (f z) (f z)) x (F^T *v f x).
Proof.
move=> n m k f g x F G Hf Hg; split.
  by move=> alpha beta; apply: jacobian_add; exact: jacobian_scale.
split; first by move=> A c; exact: jacobian_comp Hf (jacobian_affine A c _).
by apply: gradient_eq (gradient_scale (/ 2) (gradient_dot_maps Hf Hf)) _ => j; rewrite /vadd; field.
Qed.

Theorem calculus_linearity_sums : forall (n m N : nat) (f : 'I_N -> 'V_n -> 'V_m) (x : 'V_n) (J : 'I_N -> 'M_(m, n)),
  (forall k, is_jacobian (f k) x (J k)) ->
  is_jacobian (fun z i => \sum_k f k z i) x (fun '(i, j) => \sum_k J k (i, j)) /\
  is_jacobian (fun z i => / INR N * \sum_k f k z i) x (fun '(i, j) => / INR N * \sum_k J k (i, j)).
Proof.
move=> n m N f x J H; have S := jacobian_sum H; split.
- by apply: jacobian_eq S _; exact: mat_eq.
- by apply: jacobian_eq (jacobian_scale (/ INR N) S) _; exact: mat_eq.
Qed.

Theorem calculus_linearity_square : forall (n : nat) (v : 'V_n -> R) (x : 'V_n) (j : 'I_n) (d : R),
  is_partial v x j d -> is_partial (fun z => v z ^ 2) x j (2 * v x * d).
Proof.
move=> n v x j d H; rewrite /is_partial.
have E : replace x j (x j) = x by apply: vec_eq => k; rewrite /replace; case: eqP => [->|].
have -> : v x = v (replace x j (x j)) by rewrite E.
move: H; rewrite /is_partial; set phi := fun t => v (replace x j t) => H.
have D : is_derive (fun t => phi t ^ 2) (x j) (2 * phi (x j) * d); last exact: D.
by auto_derive; [exists d|rewrite (is_derive_unique _ _ _ H); ring].
Qed.

(** [calculus.chain_rule]. *)
Theorem calculus_chain_rule : forall (n k m : nat) (f : 'V_n -> 'V_k) (g : 'V_k -> 'V_m) (x : 'V_n)
    (A : 'M_(k, n)) (B : 'M_(m, k)),
  is_jacobian f x A -> is_jacobian g (f x) B -> is_jacobian (fun z => g (f z)) x (B *m A).
Proof. by move=> n k m f g x A B; exact: jacobian_comp. Qed.

(** Consequence 1. *)
Theorem calculus_chain_rule_numbers : forall (f g : R -> R) (x d e : R),
  is_derive f x d -> is_derive g (f x) e -> is_derive (fun t => g (f t)) x (e * d).
Proof. by move=> f g x d e Hf Hg; rewrite Rmult_comm; exact: is_derive_comp. Qed.

(** Consequence 2: many maps, with the product of their Jacobians, the last map on the left. *)
Fixpoint product {w : nat -> nat} (J : forall i, 'M_(w i.+1, w i)) (n : nat) : 'M_(w n.+1, w 1%N) :=
  match n with
  | 0%N => identity _
  | n'.+1 => J n'.+1 *m @product w J n'
  end.
Arguments product {w} J n p.

Theorem calculus_chain_rule_many : forall (w : nat -> nat) (f : forall i, 'V_(w i) -> 'V_(w i.+1))
    (J : forall i, 'M_(w i.+1, w i)) (L : nat) (x : 'V_(w 1%N)),
  (forall i, (i < L)%N -> is_jacobian (f i.+1) (iterated (Omega := fun l => 'V_(w l)) f i x) (J i.+1)) ->
  is_jacobian (iterated (Omega := fun l => 'V_(w l)) f L) x (product J L).
Proof.
move=> w f J; elim=> [|L IH] x H; first exact: jacobian_id.
apply: jacobian_comp; last exact: H.
by apply: IH => i lt; apply: H; exact: ltnW.
Qed.

(** Consequence 3. *)
Theorem calculus_chain_rule_upstream : forall (n k m : nat) (f : 'V_n -> 'V_k) (g : 'V_k -> 'V_m) (x : 'V_n)
    (A : 'M_(k, n)) (B : 'M_(m, k)) (v : 'V_m),
  is_jacobian f x A -> is_jacobian g (f x) B -> is_vjp (fun z => g (f z)) x v (A^T *v (B^T *v v)).
Proof.
move=> n k m f g x A B v Hf Hg; exists (B *m A); split; first exact: jacobian_comp.
by rewrite transpose_mulmm mulmv_mulmm.
Qed.

(** Consequence 5: paths.  The quantities are [u 0], [u 1], ..., each [u k] a function [phi k] of the earlier ones;
    [e k j] is the partial derivative of [phi k] with respect to [u j].  A path is the increasing sequence of the
    places that come after 0, and has the product of the partial derivatives along it for its weight. *)
Fixpoint weight (e : nat -> nat -> R) (from : nat) (places : seq nat) : R :=
  match places with
  | [::] => 1
  | k :: rest => e k from * weight e k rest
  end.

Lemma path_sum : forall (u : nat -> R -> R) (phi : forall k, 'V_k -> R) (e : nat -> nat -> R) (x : R),
  (forall t, u 0%N t = t) -> (forall k t, (0 < k)%N -> u k t = phi k (fun j => u j t)) ->
  (forall k, (0 < k)%N -> is_gradient (phi k) (fun j => u j x) (fun j => e k j)) ->
  forall k, exists paths, uniq paths /\ (forall p, (p \in paths) = path ltn 0%N p && (last 0%N p == k)) /\
    is_derive (u k) x (\sum_(p <- paths) weight e 0 p).
Proof.
move=> u phi e x u0 uk De.
have W p k j : weight e j (rcons p k) = e k (last j p) * weight e j p.
  by elim: p j => [|l p IH] j /=; [|rewrite IH]; ring.
have up p j : path ltn j p -> (j <= last j p)%N.
  by elim: p j => [|l p IH] j //= /andP[jl /IH]; apply: leq_trans; exact: ltnW.
elim/ltn_ind => -[_|k IH].
  exists [:: [::]]; split=> //; split.
    case=> [|l p] //; rewrite inE /=; apply/esym/negP => /andP[/andP[l0 /up le] /eqP E].
    by move: le; rewrite E leqNgt l0.
  by rewrite big_seq1 /=; apply: is_derive_ext (is_derive_id x) => t; rewrite u0.
have [S HS] := finite_function [::] (fun j : 'I_k.+1 => IH j (ltn_ord j)).
exists [seq rcons p k.+1 | j <- enum 'I_k.+1, p <- S j]; split; last split.
- apply: allpairs_uniq_dep; first exact: enum_uniq.
    by move=> j _; have [] := HS j.
  move=> [j p] [j' p'] /allpairsPdep[a [b [_ mb E]]] /allpairsPdep[a' [b' [_ mb' E']]] /=.
  move=> /rcons_inj/(f_equal fst) /= pp.
  have [_ [m _]] := HS a; have [_ [m' _]] := HS a'.
  set second := fun s : {_ : 'I_k.+1 & seq nat} => projT2 s.
  move: (f_equal (@projT1 _ _) E) (f_equal second E) (f_equal (@projT1 _ _) E') (f_equal second E').
  move: pp; rewrite /second /= => pp -> Eb -> Eb'; move: pp; rewrite Eb Eb' => pp.
  move: mb mb'; rewrite pp m m' => /andP[_ /eqP E1] /andP[_ /eqP E2].
  by have -> : a = a' by apply: val_inj; rewrite /= -E1 -E2.
- move=> p; case: (lastP p) => [|q l].
    apply/allpairsPdep => -[j [q [_ _]]]; by case: q.
  rewrite rcons_path last_rcons; apply/allpairsPdep/idP => [[j [q' [_ mq /rcons_inj[-> ->]]]]|].
    have [_ [m _]] := HS j; move: mq; rewrite m eqxx andbT => /andP[-> /eqP ->]; exact: ltn_ord.
  move=> /andP[/andP[pq lt] /eqP E]; rewrite E in lt *.
  exists (Ordinal lt), q; split=> //; first by rewrite mem_enum.
  by have [_ [-> _]] := HS (Ordinal lt); rewrite pq /=.
- have V : is_velocity (fun t (j : 'I_k.+1) => u j t) x (fun j => \sum_(p <- S j) weight e 0 p).
    by move=> j; have [_ [_ D]] := HS j.
  have := derive_along V (De k.+1 erefl).
  have -> : dot (fun j : 'I_k.+1 => e k.+1 j) (fun j => \sum_(p <- S j) weight e 0 p) =
      \sum_(p <- [seq rcons p k.+1 | j <- enum 'I_k.+1, p <- S j]) weight e 0 p.
    rewrite big_allpairs_dep big_enum /=; apply: eq_bigr => j _.
    rewrite big_distrr /=; apply: eq_big_seq => p mp.
    have [_ [m _]] := HS j; move: mp; rewrite m => /andP[_ /eqP E].
    by rewrite W E.
  by apply: is_derive_ext => t; rewrite uk.
Qed.

Theorem calculus_chain_rule_paths : forall (u : nat -> R -> R) (phi : forall k, 'V_k -> R) (e : nat -> nat -> R)
    (x : R),
  (forall t, u 0%N t = t) -> (forall k t, (0 < k)%N -> u k t = phi k (fun j => u j t)) ->
  (forall k, (0 < k)%N -> is_gradient (phi k) (fun j => u j x) (fun j => e k j)) ->
  forall (k : nat) (paths : seq (seq nat)),
  uniq paths -> (forall p, (p \in paths) = path ltn 0%N p && (last 0%N p == k)) ->
  is_derive (u k) x (\sum_(p <- paths) weight e 0 p).
Proof.
move=> u phi e x u0 uk De k paths unique spec; have [paths' [unique' [spec' D]]] := path_sum u0 uk De k.
by rewrite (perm_big paths') //; apply: uniq_perm => // p; rewrite spec spec'.
Qed.

(** [chain.jacobian]. *)
Theorem chain_jacobian : forall (n k m : nat) (f : 'V_n -> 'V_k) (g : 'V_k -> 'V_m) (x : 'V_n)
    (outer : 'M_(m, k)) (inner : 'M_(k, n)),
  is_jacobian g (f x) outer -> is_jacobian f x inner ->
  is_jacobian (fun z => g (f z)) x (outer *m inner) /\
  (forall i j, (outer *m inner) (i, j) = \sum_q outer (i, q) * inner (q, j)) /\
  (forall i j, (outer *m inner) (i, j) = (inner^T *v (fun q => outer (i, q))) j).
Proof.
move=> n k m f g x B A Hg Hf; split; first exact: jacobian_comp.
by split=> // i j; apply: sum_ext => q; exact: Rmult_comm.
Qed.

(** [total_derivative.value]: the direct term, *)
Lemma total_derivative_direct : forall (n : nat) (f : R -> 'V_n -> R) (u : R -> 'V_n) (x direct : R)
    (partials rates : 'V_n),
  is_gradient (fun z => f (first_number z) (after_first z)) (number_before x (u x)) (number_before direct partials) ->
  is_velocity u x rates ->
  is_derive (fun t => f t (u x)) x direct /\
  (forall i, is_partial (f x) (u x) i (partials i)) /\
  is_derive (fun t => f t (u t)) x (direct + \sum_i partials i * rates i).
Proof.
move=> n f u x direct partials rates Hf Hu; split.
  by have := gradient_partial None Hf; exact: is_derive_ext.
split=> [i|].
  have := gradient_partial (Some i) Hf; apply: is_derive_ext => t; congr (f _ _).
have -> : direct + \sum_i partials i * rates i = dot (number_before direct partials) (number_before 1 rates).
  by rewrite /dot sum_option /=; ring.
apply: (derive_along (c := fun t => number_before t (u t))) Hf => -[i|] /=; first exact: Hu.
exact: is_derive_id.
Qed.

(** and an alias of the number. *)
Lemma total_derivative_alias : forall (n : nat) (f : 'V_n.+1 -> R) (u : R -> 'V_n.+1) (x : R)
    (partials rates : 'V_n.+1),
  is_gradient f (u x) partials -> is_velocity u x rates -> (forall t, u t ord_max = t) ->
  is_derive (fun t => f (u t)) x (\sum_i partials i * rates i) /\ rates ord_max = 1.
Proof.
move=> n f u x partials rates Hf Hu last; split; first exact: derive_along.
rewrite -(is_derive_unique _ _ _ (Hu ord_max)); apply: is_derive_unique.
by apply: is_derive_ext (is_derive_id x) => t; rewrite last.
Qed.

Theorem total_derivative_value : forall (n : nat) (u : R -> 'V_n) (x : R) (rates : 'V_n),
  is_velocity u x rates ->
  (forall (f : R -> 'V_n -> R) (direct : R) (partials : 'V_n),
    is_gradient (fun z => f (first_number z) (after_first z)) (number_before x (u x))
      (number_before direct partials) ->
    is_derive (fun t => f t (u x)) x direct /\
    (forall i, is_partial (f x) (u x) i (partials i)) /\
    is_derive (fun t => f t (u t)) x (direct + \sum_i partials i * rates i)) /\
  (forall (f : 'V_n.+1 -> R) (v : R -> 'V_n.+1) (partials rates : 'V_n.+1),
    is_gradient f (v x) partials -> is_velocity v x rates -> (forall t, v t ord_max = t) ->
    is_derive (fun t => f (v t)) x (\sum_i partials i * rates i) /\ rates ord_max = 1).
Proof.
move=> n u x rates Hu; split=> [f direct partials Hf|f v partials rates' Hf Hv last].
- exact: total_derivative_direct.
- exact: total_derivative_alias.
Qed.

(** ** Elementwise operations *)

(** [calculus.elementwise]: one argument. *)
Theorem calculus_elementwise : forall (n : nat) (g h : 'I_n -> R -> R) (x d e v : 'V_n),
  (forall i, is_derive (g i) (x i) (d i)) -> (forall i, is_derive (h i) (g i (x i)) (e i)) ->
  is_jacobian (fun z i => g i (z i)) x (diag d) /\
  is_vjp (fun z i => g i (z i)) x v (v .* d) /\
  is_jacobian (fun z i => h i (g i (z i))) x (diag (e .* d)).
Proof.
move=> n g h x d e v Hg Hh; have H := jacobian_elementwise Hg; split=> //; split.
  exists (diag d); split=> //; rewrite transpose_diag mulmv_diag; apply: vec_eq => i; exact: Rmult_comm.
by apply: (jacobian_elementwise (phi := fun i t => h i (g i t))) => i; exact: calculus_chain_rule_numbers.
Qed.

(** Two arguments; [ds] and [dt] are the partial derivatives of [phi] at the entries of [f w] and [g x]. *)
Theorem calculus_elementwise_two : forall (n k l : nat) (phi : R -> R -> R) (f : 'V_k -> 'V_n) (g : 'V_l -> 'V_n)
    (w : 'V_k) (x : 'V_l) (F : 'M_(n, k)) (G : 'M_(n, l)) (ds dt : 'V_n),
  is_jacobian f w F -> is_jacobian g x G ->
  (forall i, is_derive (fun s => phi s (g x i)) (f w i) (ds i)) ->
  (forall i, is_derive (fun t => phi (f w i) t) (g x i) (dt i)) ->
  is_jacobian (fun w' i => phi (f w' i) (g x i)) w (fun '(i, j) => ds i * F (i, j)) /\
  is_jacobian (fun x' i => phi (f w i) (g x' i)) x (fun '(i, j) => dt i * G (i, j)).
Proof.
move=> n k l phi f g w x F G ds dt Hf Hg Hs Ht; split.
- exact: (jacobian_elementwise_comp (phi := fun i s => phi s (g x i))).
- exact: (jacobian_elementwise_comp (phi := fun i t => phi (f w i) t)).
Qed.

(** When they are diagonal: if a factor of each entry off the diagonal is 0; and if the entry [i] of a map has the
    partial derivative 0 along all other axes everywhere, it is a function of entry [i] alone. *)
Theorem calculus_elementwise_diagonal : forall (n : nat) (ds : 'V_n) (F : 'M_(n, n)),
  (forall i j, i != j -> ds i * F (i, j) = 0) <-> (forall i j, i != j -> ds i = 0 \/ F (i, j) = 0).
Proof.
move=> n ds F; split=> H i j ne; first exact: Rmult_integral (H i j ne).
by case: (H i j ne) => ->; ring.
Qed.

Theorem calculus_elementwise_only : forall (n : nat) (f : 'V_n -> R) (i : 'I_n),
  (forall x j, j != i -> is_partial f x j 0) <->
  (forall x y, x i = y i -> f x = f y).
Proof.
move=> n f i; split=> H.
- move=> x y E.
  have step z j t : j != i -> f (replace z j t) = f z.
    move=> ne.
    have E' s : replace (replace z j s) j = replace z j.
      by apply: functional_extensionality => r; apply: vec_eq => k; rewrite /replace; case: (k == j).
    have D s : is_derive (fun r => f (replace z j r)) s 0.
      have := H (replace z j s) j ne; rewrite /is_partial E'.
      by have -> : replace z j s j = s by rewrite /replace eqxx.
    have const a b : a < b -> f (replace z j a) = f (replace z j b).
      move=> ab; have [c [_ C]] := mean_value (df := fun _ => 0) ab (fun s _ => D s); lra.
    have same : replace z j (z j) = z by apply: vec_eq => k; rewrite /replace; case: eqP => [->|].
    rewrite -{2}same; case: (Rtotal_order t (z j)) => [/const|[->|/const]] //.
  suff A (r : seq 'I_n) : f (fun k => if k \in r then y k else x k) = f x.
    rewrite -(A (enum 'I_n)); congr f; by apply: vec_eq => k; rewrite mem_enum.
  elim: r => [|j r IH]; first by congr f; apply: vec_eq.
  rewrite -IH; case: (eqVneq j i) => [->|ne].
  + by congr f; apply: vec_eq => k; rewrite inE; case: eqP => [->|] //=; rewrite E; case: ifP.
  + rewrite -(step (fun k => if k \in r then y k else x k) j (y j) ne); congr f; apply: vec_eq => k.
    by rewrite inE /replace; case: eqP => [->|].
- move=> x j ne; rewrite /is_partial; apply: (@is_derive_ext _ _ (fun _ => f x)); last exact: is_derive_const.
  by move=> t; apply: H; rewrite /replace eq_sym (negbTE ne).
Qed.

(** [addition.jacobians]. *)
Theorem addition_jacobians : forall (n : nat) (w x : 'V_n),
  is_jacobian (fun w' => w' +v x) w (identity _) /\ is_jacobian (fun x' => w +v x') x (identity _).
Proof.
move=> n w x; rewrite -diag_ones; split.
- by apply: (jacobian_elementwise (phi := fun i s => s + x i)) => i; auto_derive.
- by apply: (jacobian_elementwise (phi := fun i t => w i + t)) => i; auto_derive.
Qed.

(** [subtraction.jacobians]. *)
Theorem subtraction_jacobians : forall (n : nat) (w x : 'V_n),
  is_jacobian (fun w' => w' -v x) w (identity _) /\ is_jacobian (fun x' => w -v x') x (-1 *: identity _).
Proof.
move=> n w x; split.
- by rewrite -diag_ones; apply: (jacobian_elementwise (phi := fun i s => s - x i)) => i; auto_derive => //; ring.
- have -> : -1 *: identity _ = diag (fun _ : 'I_n => -1) by apply: mat_eq => i j; rewrite /vscale /=; ring.
  by apply: (jacobian_elementwise (phi := fun i t => w i - t)) => i; auto_derive => //; ring.
Qed.

(** [multiplication.jacobians]. *)
Theorem multiplication_jacobians : forall (n : nat) (w x : 'V_n),
  is_jacobian (fun w' => w' .* x) w (diag x) /\ is_jacobian (fun x' => w .* x') x (diag w).
Proof.
move=> n w x; split.
- by apply: (jacobian_elementwise (phi := fun i s => s * x i)) => i; auto_derive => //; ring.
- by apply: (jacobian_elementwise (phi := fun i t => w i * t)) => i; auto_derive => //; ring.
Qed.

(** [division.jacobians], with the forms *reciprocal*, *quotient* and *stable* of its entries. *)
Theorem division_jacobians : forall (n : nat) (w x : 'V_n), (forall i, x i <> 0) ->
  is_jacobian (fun w' i => w' i / x i) w (diag (fun i => 1 / x i)) /\
  is_jacobian (fun x' i => w i / x' i) x (diag (fun i => - (w i / x i ^ 2))) /\
  (forall i, - (w i / x i ^ 2) = - w i * (1 / (x i * x i))) /\
  (forall i, - (w i / x i ^ 2) = - (w i / x i) / x i) /\
  (forall i (dw dx : R), dw * (1 / x i) - dx * (w i / x i ^ 2) = (dw - w i / x i * dx) / x i).
Proof.
move=> n w x nz; split.
  by apply: (jacobian_elementwise (phi := fun i s => s / x i)) => i; auto_derive => //; field.
split.
  by apply: (jacobian_elementwise (phi := fun i t => w i / t)) => i; auto_derive => //; field.
by split; last split; move=> i *; field.
Qed.

(** [product.jacobians]. *)
Theorem product_jacobians : forall (n k m : nat) (f : 'V_n -> 'V_m) (g : 'V_k -> 'V_m) (v : 'V_n) (w : 'V_k)
    (F : 'M_(m, n)) (G : 'M_(m, k)),
  is_jacobian f v F -> is_jacobian g w G ->
  is_jacobian (fun v' => f v' .* g w) v (diag (g w) *m F) /\
  is_jacobian (fun w' => f v .* g w') w (diag (f v) *m G) /\
  (forall i j, (diag (g w) *m F) (i, j) = g w i * F (i, j)) /\
  (forall i j, (diag (f v) *m G) (i, j) = f v i * G (i, j)) /\
  ((forall (i : 'I_m) (j : 'I_n), nat_of_ord i <> j -> (diag (g w) *m F) (i, j) = 0) <->
    (forall (i : 'I_m) (j : 'I_n), nat_of_ord i <> j -> g w i * F (i, j) = 0)) /\
  ((forall i, g w i <> 0) ->
    ((forall (i : 'I_m) (j : 'I_n), nat_of_ord i <> j -> (diag (g w) *m F) (i, j) = 0) <->
     (forall (i : 'I_m) (j : 'I_n), nat_of_ord i <> j -> F (i, j) = 0))).
Proof.
move=> n k m f g v w F G Hf Hg.
have [||A B] := calculus_elementwise_two (phi := Rmult) (ds := g w) (dt := f v) Hf Hg.
- by move=> i; auto_derive => //; ring.
- by move=> i; auto_derive => //; ring.
split; first by apply: jacobian_eq A _; apply: mat_eq => i j; rewrite mulmm_diag_l.
split; first by apply: jacobian_eq B _; apply: mat_eq => i j; rewrite mulmm_diag_l.
split; first by move=> i j; rewrite mulmm_diag_l.
split; first by move=> i j; rewrite mulmm_diag_l.
split=> [|nz]; split=> H i j ne; have := H i j ne; rewrite ?mulmm_diag_l //.
- by case/Rmult_integral => // /nz.
- by move=> ->; ring.
Qed.

(** ** Numbers, vectors and sums *)

(** [scalar_addition.jacobians]. *)
Theorem scalar_addition_jacobians : forall (n m : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (y : 'V_m) (t : R)
    (J : 'M_(m, n)),
  is_jacobian f x J ->
  is_jacobian (fun z => z +v t *: ones _) y (identity _) /\ is_velocity (fun s => y +v s *: ones _) t (ones _) /\
  is_jacobian (fun z => f z +v t *: ones _) x J /\ is_velocity (fun s => f x +v s *: ones _) t (ones _).
Proof.
move=> n m f x y t J H.
have V (a : 'V_m) : is_velocity (fun s => a +v s *: ones _) t (ones _).
  by move=> i; rewrite /vadd /vscale /ones; auto_derive => //; ring.
have A k (h : 'V_k -> 'V_m) z K : is_jacobian h z K -> is_jacobian (fun z' => h z' +v t *: ones _) z K.
  move=> Hh; apply: jacobian_eq (jacobian_add Hh (jacobian_const (t *: ones _) z)) _.
  by apply: vec_eq => p; rewrite /vadd; ring.
by split; first exact: A (jacobian_id y); split=> //; split=> //; exact: A.
Qed.

(** [scalar_multiplication.jacobians]. *)
Theorem scalar_multiplication_jacobians : forall (n m : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (y : 'V_m) (t : R)
    (J : 'M_(m, n)),
  is_jacobian f x J ->
  is_jacobian (fun z => t *: z) y (t *: identity _) /\ is_velocity (fun s => s *: y) t y /\
  is_jacobian (fun z => t *: f z) x (t *: J) /\ is_velocity (fun s => s *: f x) t (f x) /\
  (forall z, t *: f z = f z .* (t *: ones _)).
Proof.
move=> n m f x y t J H.
have V (a : 'V_m) : is_velocity (fun s => s *: a) t a by move=> i; rewrite /vscale; auto_derive => //; ring.
split; [exact: jacobian_scale (jacobian_id y)|split=> //; split; [exact: jacobian_scale|split=> // z]].
by apply: vec_eq => i; rewrite /vscale /hadamard /ones; ring.
Qed.

(** [sum_reduction.gradient]. *)
Theorem sum_reduction_gradient : forall (n m : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'M_(m, n)), is_jacobian f x J ->
  is_gradient (fun z => \sum_i f z i) x (fun j => \sum_i J (i, j)) /\
  (forall j, (as_row (ones _) *m J) (i1, j) = \sum_i J (i, j)).
Proof.
move=> n m f x J /jacobian_rows H; split; first exact: gradient_sum H.
by move=> j; apply: sum_ext => i; exact: Rmult_1_l.
Qed.

(** ** Diagonal factors *)

(** [row_scaling.value]. *)
Theorem row_scaling_value : forall (m n : nat) (gamma : 'V_m) (X : 'M_(m, n)),
  diag gamma *m X = outer gamma (ones _) .* X /\ forall i j, (diag gamma *m X) (i, j) = gamma i * X (i, j).
Proof.
move=> m n gamma X; split; last by move=> i j; rewrite mulmm_diag_l.
by apply: mat_eq => i j; rewrite mulmm_diag_l /hadamard /outer /ones; ring.
Qed.

(** [column_scaling.value]. *)
Theorem column_scaling_value : forall (m n : nat) (X : 'M_(m, n)) (gamma : 'V_n),
  X *m diag gamma = X .* outer (ones _) gamma /\ forall i j, (X *m diag gamma) (i, j) = X (i, j) * gamma j.
Proof.
move=> m n X gamma; split; last by move=> i j; rewrite mulmm_diag_r.
by apply: mat_eq => i j; rewrite mulmm_diag_r /hadamard /outer /ones; ring.
Qed.

(** ** Outer products *)

(** [calculus.outer_product]: the outer product of a matrix and a vector, with entries at the places [(i, (p, q))]. *)
Definition tensor {S T U : finType} (M : mat S T) (a : vec U) : mat S (prod_finType T U) :=
  fun '(i, (p, q)) => M (i, p) * a q.

Theorem calculus_outer_product : forall (l m k n : nat) (A : 'M_(l, m)) (M : 'M_(m, k)) (a : 'V_n) (v : 'V_m),
  A *m tensor M a = tensor (A *m M) a /\ (tensor M a)^T *v v = outer (M^T *v v) a.
Proof.
move=> l m k n A M a v; split.
- by apply: mat_eq => r -[p q]; rewrite /mulmm /tensor sum_mulr; apply: sum_ext => i; ring.
- by apply: mat_eq => p q; rewrite /mulmv /outer /transpose /tensor sum_mulr; apply: sum_ext => i; ring.
Qed.

(** [outer_product.value].  The Kronecker product has the block [A (i, j) * B] at the place [(i, j)] of blocks: its
    entry at row [i r + i'] and column [j s + j'], counted from 0, is [A (i, j) * B (i', j')]. *)
Definition is_kronecker {m k r s : nat} (A : 'M_(m, k)) (B : 'M_(r, s)) (K : 'M_(m * r, k * s)) : Prop :=
  forall (i : 'I_m) (j : 'I_k) (i' : 'I_r) (j' : 'I_s) (row : 'I_(m * r)) (column : 'I_(k * s)),
  nat_of_ord row = (i * r + i')%N -> nat_of_ord column = (j * s + j')%N -> K (row, column) = A (i, j) * B (i', j').

Theorem outer_product_value : forall (m k n : nat) (M : 'M_(m, k)) (a : 'V_n),
  (forall i p q, tensor M a (i, (p, q)) = M (i, p) * a q) /\
  (forall K : 'M_(m * 1, k * n), is_kronecker M (as_row a) K <->
    forall (i : 'I_m) (p : 'I_k) (q : 'I_n) (row : 'I_(m * 1)) (column : 'I_(k * n)),
    nat_of_ord row = i -> nat_of_ord column = (p * n + q)%N -> K (row, column) = tensor M a (i, (p, q))).
Proof.
move=> m k n M a; split=> // K; split=> H i p.
- by move=> q row column Er Ec; apply: (H i p i1 q) => //; rewrite Er muln1 addn0.
- move=> i' q row column Er Ec; apply: (H i p q) => //.
  by rewrite Er muln1 (ord1 i') addn0.
Qed.

(** [outer_product.contraction]. *)
Theorem outer_product_contraction : forall (m k n : nat) (v : 'V_m) (M : 'M_(m, k)) (a : 'V_n) (p : 'I_k) (q : 'I_n),
  \sum_i v i * tensor M a (i, (p, q)) = \sum_i v i * M (i, p) * a q /\
  \sum_i v i * tensor M a (i, (p, q)) = outer (M^T *v v) a (p, q).
Proof.
move=> m k n v M a p q; split; first by apply: sum_ext => i; rewrite /tensor Rmult_assoc.
by rewrite /outer /mulmv sum_mulr; apply: sum_ext => i; rewrite /tensor /transpose /=; ring.
Qed.

(** ** Functions that the sources print *)

(** [square_plus_cosine.gradient]. *)
Theorem square_plus_cosine_gradient : forall p : 'V_2,
  is_gradient (fun z => z i1 ^ 2 + cos (z i2)) p (entries 2 [:: 2 * p i1; - sin (p i2)]).
Proof.
move=> p.
have S : is_derive (fun t => t ^ 2) (p i1) (2 * p i1) by auto_derive => //; ring.
have C : is_derive cos (p i2) (- sin (p i2)) by auto_derive => //; ring.
apply: gradient_eq (gradient_plus (gradient_scalar S (gradient_entry i1 p))
  (gradient_scalar C (gradient_entry i2 p))) _.
by apply: forall_I2; rewrite /entries /delta /=; ring.
Qed.

(** [cubic_exponential.jacobian], with the form *accumulated*. *)
Theorem cubic_exponential_jacobian : forall p : 'V_2, let y := p i2 in
  is_jacobian (fun z => entries 2 [:: 2 * z i1 + z i2 ^ 3; exp (z i2) - 13 * z i1]) p
    (rows 2 2 [:: [:: 2; 3 * y ^ 2]; [:: -13; exp y]]) /\
  3 * y ^ 2 = y * y + y * y + y * y.
Proof.
move=> p y; split; last ring.
have C : is_derive (fun t => t ^ 3) y (3 * y ^ 2) by auto_derive => //; ring.
have E : is_derive exp y (exp y) by auto_derive => //; ring.
have X := gradient_entry i1 p; have Y : is_gradient (fun z => z i2) p _ := gradient_entry i2 p.
apply/jacobian_rows; apply: forall_I2.
- apply: gradient_eq (gradient_plus (gradient_scale 2 X) (gradient_scalar C Y)) _.
  by apply: forall_I2; rewrite /rows /delta /=; ring.
- apply: gradient_eq (gradient_minus (gradient_scalar E Y) (gradient_scale 13 X)) _.
  by apply: forall_I2; rewrite /rows /delta /=; ring.
Qed.

(** [sine_of_square.derivative]. *)
Theorem sine_of_square_derivative : forall x : R, is_derive (fun t => sin (t ^ 2)) x (2 * x * cos (x ^ 2)).
Proof. by move=> x; auto_derive => //; rewrite /= !Rmult_1_r; ring. Qed.

(** [power_map.jacobian], with the form *accumulated*. *)
Theorem power_map_jacobian : forall p : 'V_2, let a := p i1 in let b := p i2 in
  is_jacobian (fun z => entries 2 [:: z i1 ^ 2 + z i2; z i2 ^ 3]) p
    (rows 2 2 [:: [:: 2 * a; 1]; [:: 0; 3 * b ^ 2]]) /\
  3 * b ^ 2 = b * b + b * b + b * b.
Proof.
move=> p a b; split; last ring.
have S : is_derive (fun t => t ^ 2) a (2 * a) by auto_derive => //; ring.
have C : is_derive (fun t => t ^ 3) b (3 * b ^ 2) by auto_derive => //; ring.
have X := gradient_entry i1 p; have Y := gradient_entry i2 p.
apply/jacobian_rows; apply: forall_I2.
- apply: gradient_eq (gradient_plus (gradient_scalar S X) Y) _.
  by apply: forall_I2; rewrite /rows /delta /=; ring.
- apply: gradient_eq (gradient_scalar C Y) _.
  by apply: forall_I2; rewrite /rows /delta /=; ring.
Qed.

(** [sine_logarithm.jacobian]. *)
Theorem sine_logarithm_jacobian : forall g : 'V_2, 0 < g i2 ->
  is_jacobian (fun z => entries 2 [:: sin (z i1); ln (z i2)]) g
    (rows 2 2 [:: [:: cos (g i1); 0]; [:: 0; 1 / g i2]]).
Proof.
move=> g pos.
have S : is_derive sin (g i1) (cos (g i1)) by auto_derive => //; ring.
have L : is_derive ln (g i2) (1 / g i2) by auto_derive => //; field; lra.
apply/jacobian_rows; apply: forall_I2.
- apply: gradient_eq (gradient_scalar S (gradient_entry i1 g)) _.
  by apply: forall_I2; rewrite /rows /delta /=; ring.
- apply: gradient_eq (gradient_scalar L (gradient_entry i2 g)) _.
  by apply: forall_I2; rewrite /rows /delta /=; ring.
Qed.

(** [composed_map.jacobian], with the forms *chain* and *stable*. *)
Theorem composed_map_jacobian : forall p : 'V_2, let a := p i1 in let b := p i2 in 0 < b ->
  is_jacobian (fun z => entries 2 [:: sin (z i1 ^ 2 + z i2); ln (z i2 ^ 3)]) p
    (rows 2 2 [:: [:: 2 * a * cos (a ^ 2 + b); cos (a ^ 2 + b)]; [:: 0; 3 * b ^ 2 / b ^ 3]]) /\
  3 * b ^ 2 / b ^ 3 = 3 / b /\
  rows 2 2 [:: [:: 2 * a * cos (a ^ 2 + b); cos (a ^ 2 + b)]; [:: 0; 3 * b ^ 2 / b ^ 3]] =
    rows 2 2 [:: [:: cos (a ^ 2 + b); 0]; [:: 0; 1 / b ^ 3]] *m rows 2 2 [:: [:: 2 * a; 1]; [:: 0; 3 * b ^ 2]].
Proof.
move=> p a b pos.
have E : rows 2 2 [:: [:: 2 * a * cos (a ^ 2 + b); cos (a ^ 2 + b)]; [:: 0; 3 * b ^ 2 / b ^ 3]] =
    rows 2 2 [:: [:: cos (a ^ 2 + b); 0]; [:: 0; 1 / b ^ 3]] *m rows 2 2 [:: [:: 2 * a; 1]; [:: 0; 3 * b ^ 2]].
  apply: mat_eq; apply: forall_I2; apply: forall_I2; rewrite /mulmm sum_I2 /rows /=; field; lra.
split; last by split=> //; field; lra.
have [G _] := power_map_jacobian p.
have F := @sine_logarithm_jacobian (entries 2 [:: a ^ 2 + b; b ^ 3]) (pow_lt _ 3 pos).
by rewrite E; apply: jacobian_ext (jacobian_comp G F) => z; apply: forall_I2.
Qed.

(** [logarithm_sine.derivative], with the forms *stable* and *chain*. *)
Theorem logarithm_sine_derivative : forall v : 'V_1, let x := v i1 in x <> 0 ->
  is_jacobian (fun z => entries 2 [:: ln (z i1 ^ 2); sin (3 * z i1)]) v
    (rows 2 1 [:: [:: 2 * x / x ^ 2]; [:: 3 * cos (3 * x)]]) /\
  2 * x / x ^ 2 = 2 / x /\
  rows 2 1 [:: [:: 2 * x / x ^ 2]; [:: 3 * cos (3 * x)]] =
    diag (entries 2 [:: 1 / x ^ 2; cos (3 * x)]) *m rows 2 1 [:: [:: 2 * x]; [:: 3]].
Proof.
move=> v x nz; have x2 : 0 < x ^ 2 by rewrite /= Rmult_1_r; nra.
split; last split; last first.
- apply: mat_eq => i; apply: forall_I1; rewrite mulmm_diag_l /rows /entries; move: i.
  by apply: forall_I2 => /=; field.
- by field.
have L : is_derive (fun t => ln (t ^ 2)) x (2 * x / x ^ 2) by auto_derive => //; field.
have S : is_derive (fun t => sin (3 * t)) x (3 * cos (3 * x)) by auto_derive => //; ring.
have X := gradient_entry i1 v.
apply/jacobian_rows; apply: forall_I2.
- apply: gradient_eq (gradient_scalar L X) _.
  by apply: forall_I1; rewrite delta_same /rows /=; ring.
- apply: gradient_eq (gradient_scalar S X) _.
  by apply: forall_I1; rewrite delta_same /rows /=; ring.
Qed.

(** [sum_with_square.derivative]. *)
Theorem sum_with_square_derivative : forall x : R,
  is_derive (fun t => t + t ^ 2) x (1 + x + x) /\ 1 + x + x = 1 + 2 * x.
Proof. by move=> x; split; [auto_derive => //|]; ring. Qed.

(** ** The hypotheses can be met *)

Lemma increment_linear_satisfiable : forall (m n : nat) (x h : 'V_n) (A : 'M_(m, n)),
  exists (f : 'V_n -> 'V_m) (J : 'V_n -> 'M_(m, n)) (H : R -> mat _ _) (M : R),
  J x = A /\ is_jacobian f x (J x) /\
  (forall t, 0 <= t <= 1 -> is_jacobian f (x +v t *: h) (J (x +v t *: h)) /\
    is_jacobian J (x +v t *: h) (H t) /\ forall i j k, Rabs (H t ((i, j), k)) <= M).
Proof.
move=> m n x h A; exists (fun z => A *v z), (fun _ => A), (fun _ _ => 0), 0.
split=> //; split=> [|t _]; first exact: jacobian_linear.
split; first exact: jacobian_linear; split=> [|i j k]; first exact: jacobian_const.
by rewrite Rabs_R0; exact: Rle_refl.
Qed.

Lemma chain_jacobian_satisfiable : forall (n k m : nat) (x : 'V_n) (outer : 'M_(m, k)) (inner : 'M_(k, n)),
  exists (f : 'V_n -> 'V_k) (g : 'V_k -> 'V_m), is_jacobian g (f x) outer /\ is_jacobian f x inner.
Proof.
by move=> n k m x B A; exists (fun z => A *v z), (fun z => B *v z); split; exact: jacobian_linear.
Qed.

(** There are quantities as in consequence 5, and the list of paths. *)
Lemma calculus_chain_rule_paths_satisfiable : forall (x : R) (k : nat),
  exists (u : nat -> R -> R) (phi : forall k, 'V_k -> R) (e : nat -> nat -> R) (paths : seq (seq nat)),
  (forall t, u 0%N t = t) /\ (forall k t, (0 < k)%N -> u k t = phi k (fun j => u j t)) /\
  (forall k, (0 < k)%N -> is_gradient (phi k) (fun j => u j x) (fun j => e k j)) /\
  uniq paths /\ (forall p, (p \in paths) = path ltn 0%N p && (last 0%N p == k)).
Proof.
move=> x k; pose u (k : nat) (t : R) := if k is 0%N then t else 0.
pose phi k (_ : 'V_k) : R := 0; pose e (_ _ : nat) : R := 0.
have u0 t : u 0%N t = t by [].
have uk l t : (0 < l)%N -> u l t = phi l (fun j => u j t) by case: l.
have De l : (0 < l)%N -> is_gradient (phi l) (fun j => u j x) (fun j => e l j) by move=> _; exact: gradient_const.
by have [paths [unique [spec _]]] := path_sum u0 uk De k; exists u, phi, e, paths.
Qed.

Lemma calculus_elementwise_satisfiable : forall (n : nat) (x d e : 'V_n), exists g h : 'I_n -> R -> R,
  (forall i, is_derive (g i) (x i) (d i)) /\ (forall i, is_derive (h i) (g i (x i)) (e i)).
Proof.
move=> n x d e; exists (fun i t => d i * t), (fun i t => e i * t).
by split=> i; auto_derive => //; ring.
Qed.

Lemma total_derivative_value_satisfiable : forall (n : nat) (x direct : R) (partials rates : 'V_n),
  exists (f : R -> 'V_n -> R) (u : R -> 'V_n) (f' : 'V_n.+1 -> R) (v : R -> 'V_n.+1) (partials' rates' : 'V_n.+1),
  is_velocity u x rates /\
  is_gradient (fun z => f (first_number z) (after_first z)) (number_before x (u x)) (number_before direct partials) /\
  is_gradient f' (v x) partials' /\ is_velocity v x rates' /\ forall t, v t ord_max = t.
Proof.
move=> n x d p r.
exists (fun t z => d * t + dot p z), (fun t => t *: r), (fun z => dot (ones _) z), (fun t => t *: ones _).
exists (ones _), (ones _).
have V k (a : 'V_k) : is_velocity (fun t => t *: a) x a by move=> i; rewrite /vscale; auto_derive => //; ring.
split; first exact: V.
split; last by split; [exact: gradient_dot|split; [exact: V|move=> t; exact: Rmult_1_r]].
by apply: gradient_ext (gradient_dot (number_before d p) _) => z; rewrite /dot sum_option.
Qed.

Lemma product_jacobians_satisfiable : forall (n k m : nat) (v : 'V_n) (w : 'V_k) (F : 'M_(m, n)) (G : 'M_(m, k)),
  exists (f : 'V_n -> 'V_m) (g : 'V_k -> 'V_m),
  is_jacobian f v F /\ is_jacobian g w G /\ forall i, g w i <> 0.
Proof.
move=> n k m v w F G; have [g [E Hg]] := jacobian_satisfiable w (ones _) G.
exists (fun z => F *v z), g; split; first exact: jacobian_linear.
by split=> // i; rewrite E /ones; lra.
Qed.

Lemma division_jacobians_satisfiable : forall n : nat, exists x : 'V_n, forall i, x i <> 0.
Proof. by move=> n; exists (fun _ => 1) => i; lra. Qed.

(** Every two matrices have a Kronecker product. *)
Lemma outer_product_value_satisfiable : forall (m k r s : nat) (A : 'M_(m, k)) (B : 'M_(r, s)),
  exists K : 'M_(m * r, k * s), is_kronecker A B K.
Proof.
move=> m k r s A B.
pose P (c : 'I_(m * r) * 'I_(k * s)) (y : R) := forall (i : 'I_m) (j : 'I_k) (i' : 'I_r) (j' : 'I_s),
  nat_of_ord c.1 = (i * r + i')%N -> nat_of_ord c.2 = (j * s + j')%N -> y = A (i, j) * B (i', j').
have unique a b (p p' : 'I_a) (q q' : 'I_b) : (p * b + q)%N = (p' * b + q')%N -> p = p' /\ q = q'.
  have b0 : (0 < b)%N := leq_ltn_trans (leq0n q) (ltn_ord q).
  move=> E; have := f_equal (divn^~ b) E; have := f_equal (modn^~ b) E.
  rewrite /= !modnMDl !modn_small // !divnMDl // !divn_small // !addn0 => E2 E1.
  by split; apply: val_inj.
have [|K HK] := @finite_function (prod_finType (ordinal_finType (m * r)) (ordinal_finType (k * s))) R 0 P.
  move=> c; case: (Classical_Prop.classic (exists (i : 'I_m) (j : 'I_k) (i' : 'I_r) (j' : 'I_s),
    nat_of_ord c.1 = (i * r + i')%N /\ nat_of_ord c.2 = (j * s + j')%N)).
  - move=> [i [j [i' [j' [E1 E2]]]]]; exists (A (i, j) * B (i', j')) => a b a' b' E1' E2'.
    have [-> ->] := unique _ _ _ _ _ _ (etrans (esym E1) E1').
    by have [-> ->] := unique _ _ _ _ _ _ (etrans (esym E2) E2').
  - by move=> no; exists 0 => i j i' j' E1 E2; case: no; exists i, j, i', j'.
by exists K => i j i' j' row column E1 E2; exact: (HK (row, column)).
Qed.

Lemma sine_logarithm_jacobian_satisfiable : exists g : 'V_2, 0 < g i2.
Proof. by exists (fun _ => 1); lra. Qed.

Lemma composed_map_jacobian_satisfiable : exists p : 'V_2, 0 < p i2.
Proof. exact: sine_logarithm_jacobian_satisfiable. Qed.

Lemma logarithm_sine_derivative_satisfiable : exists v : 'V_1, v i1 <> 0.
Proof. by exists (fun _ => -1); lra. Qed.
