(** * Chapter 3: what the sources print, refuted *)

From Gradspec Require Import Base Calculus Calculus_Piecewise.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** A-E03: the inner derivative times that of the whole, read word by word. *)
Theorem erratum_A_E03 : ~ forall x, is_derive (fun t => sin (t ^ 2)) x (2 * x * (2 * x * cos (x ^ 2))).
Proof.
move=> H; set x := sqrt (PI / 3); have x0 : 0 < x by apply: sqrt_lt_R0; have := PI_RGT_0; lra.
have x2 : x ^ 2 = PI / 3 by rewrite /= Rmult_1_r; apply: sqrt_sqrt; have := PI_RGT_0; lra.
have := is_derive_unique _ _ _ (H x); rewrite (is_derive_unique _ _ _ (sine_of_square_derivative x)).
rewrite x2 cos_PI3 => E.
have : x * x = x * (/ 2) by nra.
move=> /(Rmult_eq_reg_l _ _ _) /(_ ltac:(lra)) half.
by move: x2; rewrite half; have := PI2_3_2; lra.
Qed.

(** A-E04: the product along one path, where there are two. *)
Theorem erratum_A_E04 : ~ forall (f : R -> R -> R) (u : R -> R) (x p r : R),
  is_derive (f x) (u x) p -> is_derive u x r -> is_derive (fun t => f t (u t)) x (p * r).
Proof.
move=> /(_ Rplus (fun t => t ^ 2) 3 1 6) H.
have P : is_derive (Rplus 3) (3 ^ 2) 1 by auto_derive.
have Q : is_derive (fun t => t ^ 2) 3 6 by auto_derive => //; ring.
have [D _] := sum_with_square_derivative 3.
by have := is_derive_unique _ _ _ (H P Q); rewrite (is_derive_unique _ _ _ D); lra.
Qed.

(** A-E11: the Jacobian of a product of maps that do not work entry by entry is not diagonal. *)
Theorem erratum_A_E11 : exists (f g : 'V_2 -> 'V_2) (v w : 'V_2) (J : 'M_(2, 2)),
  is_jacobian (fun v' => f v' .* g w) v J /\ ~ forall i j, i != j -> J (i, j) = 0.
Proof.
exists (fun v => rows 2 2 [:: [:: 1; 1]; [:: 0; 0]] *v v), id, (entries 2 [:: 2; 3]), (entries 2 [:: 5; 7]).
exists (diag (entries 2 [:: 5; 7]) *m rows 2 2 [:: [:: 1; 1]; [:: 0; 0]]); split.
- by have [H _] := product_jacobians (jacobian_linear (rows 2 2 [:: [:: 1; 1]; [:: 0; 0]]) (entries 2 [:: 2; 3]))
    (jacobian_id (entries 2 [:: 5; 7])).
- move=> /(_ i1 i2 erefl); rewrite mulmm_diag_l /entries /rows /=; lra.
Qed.

(** A-E13: diag(v) is not the Jacobian of [v .* w] with respect to [v]. *)
Theorem erratum_A_E13 : ~ forall (n : nat) (v w : 'V_n), is_jacobian (fun v' => v' .* w) v (diag v).
Proof.
move=> H; have [D _] := multiplication_jacobians (fun _ : 'I_1 => 2) (fun _ => 5).
have := f_equal (fun J : 'M_(1, 1) => J (i1, i1)) (jacobian_unique (H 1%N (fun _ => 2) (fun _ => 5)) D).
by rewrite /diag delta_same; lra.
Qed.

(** A-E14: the Jacobian of [t f] lacks the factor [t]. *)
Theorem erratum_A_E14 : ~ forall (n : nat) (f : 'V_n -> 'V_n) (v : 'V_n) (t : R) (J : 'M_(n, n)),
  is_jacobian f v J -> is_jacobian (fun z => t *: f z) v J.
Proof.
move=> H; have I := jacobian_id (vzero _ : 'V_1).
have := f_equal (fun J : 'M_(1, 1) => J (i1, i1)) (jacobian_unique (H _ _ _ 3 _ I) (jacobian_scale 3 I)).
by rewrite /vscale /identity delta_same; lra.
Qed.

(** A-E37: the gradient is not the direction of steepest descent. *)
Theorem erratum_A_E37 : ~ forall (n : nat) (g h : 'V_n), g <> vzero _ -> euclid h = 1 ->
  dot g (/ euclid g *: g) <= dot g h.
Proof.
move=> H; set g : 'V_1 := fun _ => 1.
have nz : g <> vzero _ by move=> /(f_equal (fun z : 'V_1 => z i1)); rewrite /g /vzero; lra.
have gg : dot g g = 1 by rewrite /dot sum_I1 /g; ring.
have h1 : euclid (-1 *: g) = 1.
  by rewrite /euclid -[in RHS]sqrt_1; congr sqrt; rewrite /dot sum_I1 /vscale /g; ring.
have := H 1%N g (-1 *: g) nz h1.
by rewrite !dot_scaler gg /euclid gg sqrt_1; lra.
Qed.

(** A-E42: the product of Jacobians in the opposite order. *)
Theorem erratum_A_E42 : ~ forall (n : nat) (f g : 'V_n -> 'V_n) (x : 'V_n) (A B : 'M_(n, n)),
  is_jacobian f x A -> is_jacobian g (f x) B -> is_jacobian (fun z => g (f z)) x (A *m B).
Proof.
move=> H; set A := rows 2 2 [:: [:: 1; 2]; [:: 0; 1]]; set B := rows 2 2 [:: [:: 1; 0]; [:: 3; 1]].
have HA := jacobian_linear A (vzero _); have HB := jacobian_linear B (A *v vzero _).
have := f_equal (fun J : 'M_(2, 2) => J (i1, i1)) (jacobian_unique (H _ _ _ _ _ _ HA HB) (jacobian_comp HA HB)).
rewrite /mulmm !sum_I2 /A /B /rows /=; lra.
Qed.

(** A-E51: the derivative of [t f v] with respect to [t] is not that of [f v], which is 0. *)
Theorem erratum_A_E51 : ~ forall (n : nat) (f : 'V_n -> 'V_n) (v d : 'V_n) (t : R),
  is_velocity (fun _ => f v) t d -> is_velocity (fun s => s *: f v) t d.
Proof.
move=> /(_ 1%N id (fun _ => 2) (vzero _) 3) H.
have Z : is_velocity (fun _ : R => id (fun _ : 'I_1 => 2)) 3 (vzero _) by move=> i; exact: is_derive_const.
have D : is_derive (fun s => s * 2) 3 2 by auto_derive => //; ring.
have := is_derive_unique _ _ _ (H Z i1); rewrite (is_derive_unique _ _ _ D) /vzero; lra.
Qed.

(** EJ01: by the printed definition, a limit of [(f x - f a) / |x - a|], the identity has no derivative at 0. *)
Theorem erratum_EJ01 : ~ exists c, forall eps, 0 < eps -> exists eta, 0 < eta /\
  forall x, x <> 0 -> Rabs (x - 0) <= eta -> Rabs ((x - 0) / Rabs (x - 0) - c) <= eps.
Proof.
move=> [c] /(_ (/ 2)) [|eta [eta0 H]]; first lra.
have := H eta ltac:(lra); have := H (- eta) ltac:(lra).
rewrite !Rminus_0_r Rabs_Ropp (Rabs_pos_eq eta) => [|]; last lra.
have -> : - eta / eta = -1 by field; lra. have -> : eta / eta = 1 by field; lra.
move=> /(_ (Rle_refl _)) /Rabs_le_between [a _] /(_ (Rle_refl _)) /Rabs_le_between [_ b]; lra.
Qed.

(** EP03: the increment and the chain rule, with partial derivatives alone. *)
Theorem erratum_EP03 :
  (~ forall (n : nat) (f : 'V_n -> R) (x g : 'V_n), (forall j, is_partial f x j (g j)) -> is_gradient f x g) /\
  (~ forall (n : nat) (f : 'V_n -> R) (c : R -> 'V_n) (t : R) (g v : 'V_n),
    (forall j, is_partial f (c t) j (g j)) -> is_velocity c t v -> is_derive (fun s => f (c s)) t (dot g v)).
Proof.
have [P no] := calculus_jacobian_partials; split=> H.
  by apply: no; exists (vzero _); exact: H.
have C : is_velocity (fun s (_ : 'I_2) => s) 0 (ones _) by move=> i; exact: is_derive_id.
have := is_derive_unique _ _ _ (H _ _ _ 0 (vzero _) _ P C).
have D : is_derive (fun s : R => s ^ 2 * s / (s ^ 2 + s ^ 2)) 0 (/ 2).
  have E (s : R) : s / 2 = s ^ 2 * s / (s ^ 2 + s ^ 2).
    case: (Req_dec s 0) => [->|nz]; first by rewrite /Rdiv; ring.
    by field; nra.
  by apply: is_derive_ext E _; auto_derive => //; field.
by rewrite (is_derive_unique _ _ _ D) /dot sum_I2 /vzero; lra.
Qed.

(** B-E32: the direct partial derivative is not the total one. *)
Theorem erratum_B_E32 : ~ forall (f : R -> R -> R) (u : R -> R) (x direct : R),
  is_derive (fun t => f t (u x)) x direct -> is_derive (fun t => f t (u t)) x direct.
Proof.
move=> /(_ Rplus (fun t => t ^ 2) 3 1) H.
have D : is_derive (fun t : R => t + 3 ^ 2) 3 1 by auto_derive.
have [D' _] := sum_with_square_derivative 3.
by have := is_derive_unique _ _ _ (H D); rewrite (is_derive_unique _ _ _ D'); lra.
Qed.

(** EJ02: by the printed definition not even constants are piecewise differentiable. *)
Theorem erratum_EJ02 : ~ forall (n m : nat) (f : 'V_n -> 'V_m) (U : 'V_n -> Prop), is_open U ->
  (forall x, U x -> differentiable f x) ->
  forall K, is_compact K -> (exists x, K x) -> (forall x, K x -> U x) -> has_pieces f K.
Proof.
move=> H; apply: (@calculus_piecewise_differentiable_printed 0 1 (fun _ => vzero _) (fun _ => True)).
  by exists (vzero _).
apply: H => [x _|x _]; first by exists 1; split=> //; lra.
by exists (fun _ => 0); exact: jacobian_const.
Qed.

(** EJ03: piecewise differentiable maps need not be continuous. *)
Theorem erratum_EJ03 : ~ forall (n m : nat) (f : 'V_n -> 'V_m) (U : 'V_n -> Prop), is_open U ->
  piecewise_differentiable f U -> forall x, U x -> continuous_at f x.
Proof.
move=> H; have [P no] := calculus_piecewise_differentiable_step 0; apply: no.
by apply: (H _ _ _ _ _ P) => // x _; exists 1; split=> //; lra.
Qed.
