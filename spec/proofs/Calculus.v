(** * Chapter 3: calculus

    A theorem for each clause of the chapter that claims something about real numbers, in the order of the text. *)

From Gradspec Require Import Base.

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

(** [calculus.continuity]: entries and compositions (that all norms give the same notion is not treated here). *)
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

(** [increment.linear]. *)
Theorem increment_linear : forall (m n : nat) (f : 'V_n -> 'V_m) (x : 'V_n) (J : 'M_(m, n)), is_jacobian f x J ->
  (forall h i, (f x +v J *v h) i = f x i + \sum_j J (i, j) * h j) /\
  (forall eps, 0 < eps -> exists eta, 0 < eta /\
    forall h, vnorm h <= eta -> vnorm (f (x +v h) -v (f x +v J *v h)) <= eps * vnorm h).
Proof.
move=> m n f x J H; split=> // eps e0; have [eta [eta0 He]] := H _ e0; exists eta; split=> // h hs.
have -> : f (x +v h) -v (f x +v J *v h) = f (x +v h) -v f x -v J *v h.
  by apply: vec_eq => i; rewrite /vadd /vsub; ring.
exact: He.
Qed.

Theorem increment_linear_affine : forall (m n : nat) (A : 'M_(m, n)) (c : 'V_m) (x h : 'V_n),
  A *v (x +v h) +v c = (A *v x +v c) +v A *v h.
Proof. by move=> m n A c x h; rewrite mulmv_add; apply: vec_eq => i; rewrite /vadd; ring. Qed.

(** The error of second order: [J] is the Jacobian of [f] along the segment from [x] to [x + h], and [H t] that of [J],
    with the second partial derivatives of entry [i] at the places [(i, j), k]. *)
Theorem increment_linear_second_order : forall (m n : nat) (f : 'V_n -> 'V_m) (J : 'V_n -> 'M_(m, n)) (x h : 'V_n)
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
