(** * Derivatives of maps between vectors

    The Jacobian is the textbook one, with epsilon and eta; [Frechet.v] proves that it is the Frechet derivative of
    Coquelicot.  Derivatives of functions of one number are Coquelicot's [is_derive].

    What a reader has to trust in this file are its Definitions. *)

From Gradspec Require Export Vectors.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** [f] is differentiable at [x] with the Jacobian [J] (clauses [calculus.differentiable] and [calculus.jacobian]):
    [f (x + h) = f x + J h + a remainder that is small against h]. *)
Definition is_jacobian {S T : finType} (f : vec S -> vec T) (x : vec S) (J : mat T S) : Prop :=
  forall eps, 0 < eps -> exists eta, 0 < eta /\
  forall h, vnorm h <= eta -> vnorm (f (x +v h) -v f x -v J *v h) <= eps * vnorm h.

(** [f] is differentiable at [x]. *)
Definition differentiable {S T : finType} (f : vec S -> vec T) (x : vec S) : Prop :=
  exists J, is_jacobian f x J.

(** The real function [f] is differentiable at [x] with the gradient [g]: its Jacobian is the row [g]. *)
Definition is_gradient {S : finType} (f : vec S -> R) (x : vec S) (g : vec S) : Prop :=
  is_jacobian (fun z (_ : 'I_1) => f z) x (as_row g).

(** [r] is the vector-Jacobian product of [f] at [x] with the upstream gradient [v] (clause [calculus.vjp]). *)
Definition is_vjp {S T : finType} (f : vec S -> vec T) (x : vec S) (v : vec T) (r : vec S) : Prop :=
  exists J, is_jacobian f x J /\ r = J^T *v v.

(** The vector [x] with [t] at the place [j]. *)
Definition replace {S : finType} (x : vec S) (j : S) (t : R) : vec S := fun k => if k == j then t else x k.

(** [d] is the partial derivative of [f] at [x] along the axis [j]. *)
Definition is_partial {S : finType} (f : vec S -> R) (x : vec S) (j : S) (d : R) : Prop :=
  is_derive (fun t => f (replace x j t)) (x j) d.

(** The curve [c] has at [t] the derivative [v], entry by entry. *)
Definition is_velocity {T : finType} (c : R -> vec T) (t : R) (v : vec T) : Prop :=
  forall i, is_derive (fun s => c s i) t (v i).

(** A vector in two parts, and a number before a vector. *)
Definition stack {S T : finType} (x : vec S) (y : vec T) : vec (sum_finType S T) :=
  fun k => match k with inl i => x i | inr j => y j end.
Definition upper {S T : finType} (z : vec (sum_finType S T)) : vec S := fun i => z (inl i).
Definition lower {S T : finType} (z : vec (sum_finType S T)) : vec T := fun j => z (inr j).
Definition number_before {T : finType} (t : R) (x : vec T) : vec (option_finType T) :=
  fun k => match k with None => t | Some i => x i end.
Definition first_number {T : finType} (z : vec (option_finType T)) : R := z None.
Definition after_first {T : finType} (z : vec (option_finType T)) : vec T := fun i => z (Some i).

(** [f] is continuous at [x] (clause [calculus.continuity]). *)
Definition continuous_at {S T : finType} (f : vec S -> vec T) (x : vec S) : Prop :=
  forall eps, 0 < eps -> exists eta, 0 < eta /\
  forall z, vnorm (z -v x) <= eta -> vnorm (f z -v f x) <= eps.

(** [P] holds at all points near [x]. *)
Definition near {S : finType} (x : vec S) (P : vec S -> Prop) : Prop :=
  exists eta, 0 < eta /\ forall z, vnorm (z -v x) <= eta -> P z.

(** ** Real functions *)

(** The gradient in terms of numbers. *)
Lemma is_gradient_eps (S : finType) (f : vec S -> R) x g : is_gradient f x g <->
  forall eps, 0 < eps -> exists eta, 0 < eta /\
  forall h, vnorm h <= eta -> Rabs (f (x +v h) - f x - dot g h) <= eps * vnorm h.
Proof.
split=> H eps e0; have [eta [eta0 He]] := H _ e0; exists eta; split=> // h hs.
- apply: Rle_trans (He h hs).
  exact: (vnorm_ge (fun _ : 'I_1 => f (x +v h) - f x - dot g h) ord0).
- apply: vnorm_le => [|i]; last exact: He.
  by apply: Rmult_le_pos; [lra|exact: vnorm_ge0].
Qed.

(** A map has a Jacobian exactly if each of its entries has a gradient, the row of the entry. *)
Lemma jacobian_rows (S T : finType) (f : vec S -> vec T) x J : is_jacobian f x J <->
  forall i, is_gradient (fun z => f z i) x (fun j => J (i, j)).
Proof.
split=> [H i|H].
- apply/is_gradient_eps => eps e0; have [eta [eta0 He]] := H _ e0; exists eta; split=> // h hs.
  by apply: Rle_trans (He h hs); exact: (vnorm_ge (f (x +v h) -v f x -v J *v h) i).
- move=> eps e0.
  have [i e e' [e0' le] He h hs|i|eta [eta0 He]] := @finite_choice T (fun i eta => forall h, vnorm h <= eta ->
    Rabs (f (x +v h) i - f x i - dot (fun j => J (i, j)) h) <= eps * vnorm h).
  + by apply: He; lra.
  + by have /is_gradient_eps Hi := H i; apply: Hi.
  + exists eta; split=> // h hs; apply: vnorm_le => [|i]; last exact: He.
    by apply: Rmult_le_pos; [lra|exact: vnorm_ge0].
Qed.

Lemma jacobian_eq (S T : finType) (f : vec S -> vec T) x J J' : is_jacobian f x J -> J = J' -> is_jacobian f x J'.
Proof. by move=> H <-. Qed.

Lemma gradient_eq (S : finType) (f : vec S -> R) x g g' :
  is_gradient f x g -> (forall j, g j = g' j) -> is_gradient f x g'.
Proof. by move=> H /vec_eq <-. Qed.

(** A derivative depends on the values near the point alone. *)
Lemma jacobian_near (S T : finType) (f g : vec S -> vec T) x J :
  near x (fun z => f z = g z) -> is_jacobian f x J -> is_jacobian g x J.
Proof.
move=> [e1 [e10 E]] H eps e0; have [eta [eta0 He]] := H _ e0.
exists (Rmin e1 eta); split=> [|h hs]; first exact: Rmin_pos.
have E0 : f x = g x.
  apply: E; have -> : x -v x = vzero S by apply: vec_eq => i; rewrite /vsub /vzero; ring.
  by rewrite vnorm_zero; lra.
have Eh : f (x +v h) = g (x +v h).
  apply: E; have -> : x +v h -v x = h by apply: vec_eq => i; rewrite /vsub /vadd; ring.
  by apply: Rle_trans hs (Rmin_l _ _).
by rewrite -E0 -Eh; apply: He; apply: Rle_trans hs (Rmin_r _ _).
Qed.

Lemma gradient_near (S : finType) (f g : vec S -> R) x d :
  near x (fun z => f z = g z) -> is_gradient f x d -> is_gradient g x d.
Proof.
move=> [eta [eta0 E]]; apply: jacobian_near; exists eta; split=> // z hz.
by apply: vec_eq => _; exact: E.
Qed.

Lemma jacobian_ext (S T : finType) (f g : vec S -> vec T) x J :
  (forall z i, f z i = g z i) -> is_jacobian f x J -> is_jacobian g x J.
Proof. by move=> E; apply: jacobian_near; exists 1; split=> [|z _]; [lra|apply: vec_eq => i]. Qed.

Lemma gradient_ext (S : finType) (f g : vec S -> R) x d :
  (forall z, f z = g z) -> is_gradient f x d -> is_gradient g x d.
Proof. by move=> E; apply: gradient_near; exists 1; split=> [|z _]; [lra|]. Qed.

(** ** The chain rule *)

(** The proof is that of [calculus.chain_rule]. *)
Theorem jacobian_comp (S T U : finType) (f : vec S -> vec T) (g : vec T -> vec U) x A B :
  is_jacobian f x A -> is_jacobian g (f x) B -> is_jacobian (fun z => g (f z)) x (B *m A).
Proof.
move=> Hf Hg eps e0.
set a := msize A + 1; set b := msize B + 1.
have a1 : 1 <= a by have := msize_ge0 A; rewrite /a; lra.
have b1 : 1 <= b by have := msize_ge0 B; rewrite /b; lra.
have e1 : 0 < eps / (2 * a) by apply: Rdiv_lt_0_compat; lra.
have e2 : 0 < Rmin 1 (eps / (2 * b)) by apply: Rmin_pos; [lra|apply: Rdiv_lt_0_compat; lra].
have [etag [etag0 Heg]] := Hg _ e1; have [etaf [etaf0 Hef]] := Hf _ e2.
exists (Rmin etaf (etag / a)); split=> [|h hs].
  by apply: Rmin_pos => //; apply: Rdiv_lt_0_compat; lra.
set k := f (x +v h) -v f x.
have h0 := vnorm_ge0 h.
have hf := Hef h (Rle_trans _ _ _ hs (Rmin_l _ _)).
have hk : vnorm k <= a * vnorm h.
  have -> : k = (f (x +v h) -v f x -v A *v h) +v A *v h by apply: vec_eq => i; rewrite /k /vadd /vsub; ring.
  apply: Rle_trans (vnorm_add _ _) _.
  have := vnorm_mulmv A h; have := Rmin_l 1 (eps / (2 * b)); rewrite /a; nra.
have kg : vnorm k <= etag.
  apply: Rle_trans hk _; have := Rle_trans _ _ _ hs (Rmin_r _ _).
  move=> /(Rmult_le_compat_l a _ _ ltac:(lra)).
  by have -> : a * (etag / a) = etag by field; lra.
have hg := Heg k kg.
have -> : g (f (x +v h)) -v g (f x) -v (B *m A) *v h =
    (g (f x +v k) -v g (f x) -v B *v k) +v B *v (f (x +v h) -v f x -v A *v h).
  have -> : f x +v k = f (x +v h) by apply: vec_eq => i; rewrite /k /vadd /vsub; ring.
  by rewrite mulmv_sub mulmv_mulmm -/k; apply: vec_eq => i; rewrite /vadd /vsub; ring.
apply: Rle_trans (vnorm_add _ _) _.
have first : vnorm (g (f x +v k) -v g (f x) -v B *v k) <= eps / 2 * vnorm h.
  apply: Rle_trans hg _.
  have -> : eps / 2 * vnorm h = eps / (2 * a) * (a * vnorm h) by field; lra.
  by apply: Rmult_le_compat_l => //; lra.
have second : vnorm (B *v (f (x +v h) -v f x -v A *v h)) <= eps / 2 * vnorm h.
  apply: Rle_trans (vnorm_mulmv _ _) _.
  have -> : eps / 2 * vnorm h = b * (eps / (2 * b) * vnorm h) by field; lra.
  apply: Rmult_le_compat; [exact: msize_ge0|exact: vnorm_ge0|rewrite /b; lra|].
  by apply: Rle_trans hf _; apply: Rmult_le_compat_r => //; exact: Rmin_r.
lra.
Qed.

(** The gradient of a real function of a map is the vector-Jacobian product with the gradient of the function. *)
Theorem gradient_comp (S T : finType) (f : vec S -> vec T) (F : vec T -> R) x J v :
  is_jacobian f x J -> is_gradient F (f x) v -> is_gradient (fun z => F (f z)) x (J^T *v v).
Proof.
move=> Hf HF; apply: jacobian_eq (jacobian_comp Hf HF) _.
by apply: mat_eq => i j; apply: sum_ext => q; exact: Rmult_comm.
Qed.

(** ** Maps and functions that are easy *)

Lemma jacobian_affine (S T : finType) (A : mat T S) (c : vec T) x : is_jacobian (fun z => A *v z +v c) x A.
Proof.
move=> eps e0; exists 1; split=> [|h _]; first lra.
have -> : (A *v (x +v h) +v c) -v (A *v x +v c) -v A *v h = vzero T.
  by rewrite mulmv_add; apply: vec_eq => i; rewrite /vadd /vsub /vzero; ring.
by rewrite vnorm_zero; apply: Rmult_le_pos; [lra|exact: vnorm_ge0].
Qed.

Lemma jacobian_linear (S T : finType) (A : mat T S) x : is_jacobian (fun z => A *v z) x A.
Proof. by apply: jacobian_ext (jacobian_affine A (vzero T) x) => z i; rewrite /vadd /vzero; ring. Qed.

Lemma jacobian_id (S : finType) (x : vec S) : is_jacobian (fun z => z) x (identity S).
Proof. by apply: jacobian_ext (jacobian_linear (identity S) x) => z i; rewrite mulmv_identity. Qed.

Lemma jacobian_const (S T : finType) (c : vec T) (x : vec S) : is_jacobian (fun _ => c) x (fun _ => 0).
Proof.
apply: jacobian_ext (jacobian_affine (fun _ => 0) c x) => z i.
by rewrite /vadd /mulmv sum_zero => [|j]; ring.
Qed.

Lemma gradient_affine (S : finType) (a : vec S) c x : is_gradient (fun z => dot a z + c) x a.
Proof. exact: (jacobian_affine (as_row a) (fun _ : 'I_1 => c) x). Qed.

Lemma gradient_dot (S : finType) (a : vec S) x : is_gradient (fun z => dot a z) x a.
Proof. by apply: gradient_ext (gradient_affine a 0 x) => z; ring. Qed.

Lemma gradient_const (S : finType) c (x : vec S) : is_gradient (fun _ => c) x (fun _ => 0).
Proof. by apply: gradient_ext (gradient_affine (fun _ => 0) c x) => z; rewrite /dot sum_zero => [|j]; ring. Qed.

(** The function that reads the entry [k] has the unit vector [k] for its gradient. *)
Lemma gradient_entry (S : finType) (k : S) x : is_gradient (fun z => z k) x (fun j => delta k j).
Proof.
by apply: gradient_ext (gradient_dot (fun j => delta k j) x) => z; exact: sum_delta.
Qed.

(** A function of one number, after a real function of a vector: [(phi f)' = phi'(f) f']. *)
Lemma gradient_scalar (S : finType) (phi : R -> R) (f : vec S -> R) x d g :
  is_derive phi (f x) d -> is_gradient f x g -> is_gradient (fun z => phi (f z)) x (fun j => d * g j).
Proof.
move=> /is_derive_Reals Hphi Hf.
have H1 : is_gradient (fun y : 'V_1 => phi (y ord0)) (fun _ => f x) (fun _ => d).
  apply/is_gradient_eps => eps e0; have [[e ep] He] := Hphi _ e0.
  exists (e / 2); split=> [|h hs]; first lra.
  rewrite /vadd /dot sum_I1 -/(i1).
  case: (Req_dec (h i1) 0) => [->|nz].
    rewrite Rplus_0_r Rminus_eq_0 Rmult_0_r Rminus_0_r Rabs_R0.
    by apply: Rmult_le_pos; [lra|exact: vnorm_ge0].
  have hb := vnorm_ge h i1.
  have := He (h i1) nz ltac:(rewrite /=; lra).
  have -> : (phi (f x + h i1) - phi (f x)) / h i1 - d = (phi (f x + h i1) - phi (f x) - d * h i1) / h i1 by field.
  rewrite Rabs_div // => /Rlt_div_l; move/(_ (Rabs_pos_lt _ nz)) => lt.
  apply: Rlt_le; apply: Rlt_le_trans lt _.
  by apply: Rmult_le_compat_l => //; lra.
by apply: gradient_eq (gradient_comp Hf H1) _ => j; rewrite /mulmv sum_I1 /=; ring.
Qed.

Section Rules.
Variable S : finType.
Implicit Types (f g : vec S -> R) (x a b : vec S).

Lemma gradient_sum (T : finType) (f : T -> vec S -> R) x (g : T -> vec S) :
  (forall k, is_gradient (f k) x (g k)) -> is_gradient (fun z => \sum_k f k z) x (fun j => \sum_k g k j).
Proof.
move=> H; have HF : is_jacobian (fun z k => f k z) x (fun '(k, j) => g k j) by apply/jacobian_rows.
apply: gradient_eq (gradient_ext _ (gradient_comp HF (gradient_dot (ones T) _))) _ => [z|j].
- by apply: sum_ext => k; exact: Rmult_1_l.
- by apply: sum_ext => k; exact: Rmult_1_r.
Qed.

Lemma gradient_plus f g x a b : is_gradient f x a -> is_gradient g x b ->
  is_gradient (fun z => f z + g z) x (fun j => a j + b j).
Proof.
move=> Hf Hg.
have H := @gradient_sum _ (fun k : 'I_2 => if k == i1 then f else g) x (fun k => if k == i1 then a else b).
apply: gradient_eq (gradient_ext _ (H _)) _ => [z|k|j]; [by rewrite sum_I2| |by rewrite sum_I2].
by case: (k == i1).
Qed.

Lemma gradient_scale c f x a : is_gradient f x a -> is_gradient (fun z => c * f z) x (fun j => c * a j).
Proof. by apply: (@gradient_scalar S (fun t => c * t)); auto_derive => //; ring. Qed.

Lemma gradient_opp f x a : is_gradient f x a -> is_gradient (fun z => - f z) x (fun j => - a j).
Proof.
move=> H; apply: gradient_eq (gradient_ext _ (gradient_scale (-1) H)) _ => [z|j]; ring.
Qed.

Lemma gradient_minus f g x a b : is_gradient f x a -> is_gradient g x b ->
  is_gradient (fun z => f z - g z) x (fun j => a j - b j).
Proof. by move=> Hf Hg; exact: gradient_plus Hf (gradient_opp Hg). Qed.

(** The product rule, from that of the square: [4 f g = (f + g)^2 - (f - g)^2]. *)
Lemma gradient_mult f g x a b : is_gradient f x a -> is_gradient g x b ->
  is_gradient (fun z => f z * g z) x (fun j => f x * b j + g x * a j).
Proof.
move=> Hf Hg.
have sq h c : is_gradient h x c -> is_gradient (fun z => h z * h z) x (fun j => 2 * h x * c j).
  by apply: (@gradient_scalar S (fun t => t * t)); auto_derive => //; ring.
apply: gradient_eq (gradient_ext _ (gradient_scale (/ 4)
  (gradient_minus (sq _ _ (gradient_plus Hf Hg)) (sq _ _ (gradient_minus Hf Hg))))) _ => [z|j]; field.
Qed.

Lemma gradient_inv f x a : f x <> 0 -> is_gradient f x a ->
  is_gradient (fun z => / f z) x (fun j => - a j / (f x * f x)).
Proof.
move=> nz H; have D : is_derive (fun t => / t) (f x) (- / (f x * f x)) by auto_derive => //; field.
by apply: gradient_eq (gradient_scalar D H) _ => j; field.
Qed.

Lemma gradient_div f g x a b : g x <> 0 -> is_gradient f x a -> is_gradient g x b ->
  is_gradient (fun z => f z / g z) x (fun j => (a j * g x - f x * b j) / (g x * g x)).
Proof. by move=> nz Hf Hg; apply: gradient_eq (gradient_mult Hf (gradient_inv nz Hg)) _ => j; field. Qed.

End Rules.

(** The inner product of two maps. *)
Lemma gradient_dot_maps (S T : finType) (f g : vec S -> vec T) x A B : is_jacobian f x A -> is_jacobian g x B ->
  is_gradient (fun z => dot (f z) (g z)) x (B^T *v f x +v A^T *v g x).
Proof.
move=> /jacobian_rows Hf /jacobian_rows Hg.
apply: gradient_eq (gradient_sum (fun k => gradient_mult (Hf k) (Hg k))) _ => j.
by rewrite sum_plus; congr (_ + _); apply: sum_ext => k; rewrite /transpose; ring.
Qed.

(** ** Maps *)

Section Maps.
Variables S T : finType.
Implicit Types (f g : vec S -> vec T) (x : vec S) (A B : mat T S).

Lemma jacobian_add f g x A B : is_jacobian f x A -> is_jacobian g x B ->
  is_jacobian (fun z => f z +v g z) x (A +v B).
Proof. by move=> /jacobian_rows Hf /jacobian_rows Hg; apply/jacobian_rows => i; exact: gradient_plus. Qed.

Lemma jacobian_sub f g x A B : is_jacobian f x A -> is_jacobian g x B ->
  is_jacobian (fun z => f z -v g z) x (A -v B).
Proof. by move=> /jacobian_rows Hf /jacobian_rows Hg; apply/jacobian_rows => i; exact: gradient_minus. Qed.

Lemma jacobian_scale c f x A : is_jacobian f x A -> is_jacobian (fun z => c *: f z) x (c *: A).
Proof. by move=> /jacobian_rows Hf; apply/jacobian_rows => i; exact: gradient_scale. Qed.

Lemma jacobian_sum (K : finType) (f : K -> vec S -> vec T) x (A : K -> mat T S) :
  (forall k, is_jacobian (f k) x (A k)) ->
  is_jacobian (fun z i => \sum_k f k z i) x (fun p => \sum_k A k p).
Proof.
move=> H; apply/jacobian_rows => i; apply: (@gradient_sum S K (fun k z => f k z i)).
by move=> k; have /jacobian_rows := H k; apply.
Qed.

(** A matrix after a map. *)
Lemma jacobian_mulmv (U : finType) (W : mat U T) f x A :
  is_jacobian f x A -> is_jacobian (fun z => W *v f z) x (W *m A).
Proof. by move=> H; exact: jacobian_comp H (jacobian_linear W _). Qed.

(** The entrywise product of two maps: row [i] is [f_i B_i + g_i A_i]. *)
Lemma jacobian_hadamard f g x A B : is_jacobian f x A -> is_jacobian g x B ->
  is_jacobian (fun z => f z .* g z) x (fun '(i, j) => f x i * B (i, j) + g x i * A (i, j)).
Proof. by move=> /jacobian_rows Hf /jacobian_rows Hg; apply/jacobian_rows => i; exact: gradient_mult. Qed.

End Maps.

(** A function of one number for each entry (clause [calculus.elementwise]). *)
Lemma jacobian_elementwise (T : finType) (phi : T -> R -> R) (x d : vec T) :
  (forall i, is_derive (phi i) (x i) (d i)) -> is_jacobian (fun z i => phi i (z i)) x (diag d).
Proof.
move=> H; apply/jacobian_rows => i; apply: gradient_eq (gradient_scalar (H i) (gradient_entry i x)) _ => j.
exact: Rmult_comm.
Qed.

(** Entry by entry after a map: the rows of its Jacobian, scaled. *)
Lemma jacobian_elementwise_comp (S T : finType) (phi : T -> R -> R) (f : vec S -> vec T) x J (d : vec T) :
  is_jacobian f x J -> (forall i, is_derive (phi i) (f x i) (d i)) ->
  is_jacobian (fun z i => phi i (f z i)) x (fun '(i, j) => d i * J (i, j)).
Proof. by move=> /jacobian_rows H D; apply/jacobian_rows => i; exact: gradient_scalar. Qed.

(** Two maps, one above the other. *)
Lemma jacobian_stack (S T U : finType) (f : vec S -> vec T) (g : vec S -> vec U) x A B :
  is_jacobian f x A -> is_jacobian g x B ->
  is_jacobian (fun z => stack (f z) (g z)) x (fun '(k, j) => match k with inl i => A (i, j) | inr i => B (i, j) end).
Proof. by move=> /jacobian_rows Hf /jacobian_rows Hg; apply/jacobian_rows => -[i|i] /=. Qed.

(** The two parts of a vector. *)
Lemma jacobian_upper (S T : finType) (z : vec (sum_finType S T)) :
  is_jacobian (@upper S T) z (fun '(i, k) => delta (inl i) k).
Proof. by apply/jacobian_rows => i; exact: gradient_entry. Qed.

Lemma jacobian_lower (S T : finType) (z : vec (sum_finType S T)) :
  is_jacobian (@lower S T) z (fun '(i, k) => delta (inr i) k).
Proof. by apply/jacobian_rows => i; exact: gradient_entry. Qed.

(** ** One number *)

(** Along a curve a differentiable map has the slope [J v]. *)
Lemma velocity_comp (S T : finType) (c : R -> vec S) (f : vec S -> vec T) t v J :
  is_velocity c t v -> is_jacobian f (c t) J -> is_velocity (fun s => f (c s)) t (J *v v).
Proof.
move=> Hc Hf i.
have Hg : is_jacobian (fun y : 'V_1 => c (y ord0)) (fun _ => t) (fun '(k, _) => v k).
  apply/jacobian_rows => k.
  apply: gradient_eq (@gradient_scalar _ (fun s => c s k) (fun y : 'V_1 => y ord0) (fun _ => t) _ _ (Hc k)
    (gradient_entry ord0 _)) _.
  by apply: forall_I1; rewrite /delta /=; ring.
have /jacobian_rows /(_ i) /is_gradient_eps H := jacobian_comp Hg Hf.
apply/is_derive_Reals => eps e0; have [|eta [eta0 He]] := H (eps / 2); first lra.
exists (mkposreal _ eta0) => h nz /= hs.
have E : vnorm (fun _ : 'I_1 => h) = Rabs h.
  apply: Rle_antisym; last exact: (vnorm_ge (fun _ : 'I_1 => h) ord0).
  by apply: vnorm_le => [|_]; [exact: Rabs_pos|lra].
have {He} := He (fun _ => h); rewrite E /vadd /dot sum_I1 /= => /(_ (Rlt_le _ _ hs)).
rewrite -/((J *v v) i).
set s := (J *v v) i => le.
have -> : (f (c (t + h)) i - f (c t) i) / h - s = (f (c (t + h)) i - f (c t) i - s * h) / h by field.
rewrite Rabs_div //; apply/Rlt_div_l; first exact: Rabs_pos_lt.
apply: Rle_lt_trans le _; apply: Rmult_lt_compat_r; [exact: Rabs_pos_lt|lra].
Qed.

Lemma derive_along (S : finType) (c : R -> vec S) (f : vec S -> R) t v g :
  is_velocity c t v -> is_gradient f (c t) g -> is_derive (fun s => f (c s)) t (dot g v).
Proof. by move=> Hc Hf; exact: (velocity_comp Hc Hf ord0). Qed.

(** The directional derivative. *)
Lemma derive_direction (S : finType) (f : vec S -> R) x (u : vec S) g :
  is_gradient f x g -> is_derive (fun t => f (x +v t *: u)) 0 (dot g u).
Proof.
move=> H; apply: derive_along => [i|]; first by rewrite /vadd /vscale; auto_derive => //; ring.
by have -> : x +v 0 *: u = x by apply: vec_eq => i; rewrite /vadd /vscale; ring.
Qed.

(** The entries of a gradient are the partial derivatives. *)
Theorem gradient_partial (S : finType) (f : vec S -> R) x g j : is_gradient f x g -> is_partial f x j (g j).
Proof.
move=> H; rewrite /is_partial -(dot_unit g j); apply: derive_along => [k|].
- rewrite /replace /unit_vector /delta; case: eqP => _; by auto_derive.
- by have -> : replace x j (x j) = x by apply: vec_eq => k; rewrite /replace; case: eqP => [->|].
Qed.

(** The entries of the Jacobian are the partial derivatives of the entries. *)
Theorem jacobian_partial (S T : finType) (f : vec S -> vec T) x J i j :
  is_jacobian f x J -> is_partial (fun z => f z i) x j (J (i, j)).
Proof. by move=> /jacobian_rows H; exact: (gradient_partial j (H i)). Qed.

(** There is at most one Jacobian. *)
Theorem jacobian_unique (S T : finType) (f : vec S -> vec T) x J J' :
  is_jacobian f x J -> is_jacobian f x J' -> J = J'.
Proof.
move=> H H'; apply: mat_eq => i j.
have D := jacobian_partial i j H; have D' := jacobian_partial i j H'.
by rewrite -(is_derive_unique _ _ _ D) -(is_derive_unique _ _ _ D').
Qed.

Theorem gradient_unique (S : finType) (f : vec S -> R) x g g' :
  is_gradient f x g -> is_gradient f x g' -> g = g'.
Proof.
move=> H H'; apply: vec_eq => j.
by have := f_equal (fun J : mat _ S => J (ord0, j)) (jacobian_unique H H').
Qed.

(** A function of one number has a derivative exactly if it has a gradient as a function of a vector of one entry. *)
Lemma gradient_derive (f : R -> R) t d :
  is_derive f t d <-> is_gradient (fun x : 'V_1 => f (x i1)) (fun _ => t) (fun _ => d).
Proof.
split=> H.
- apply: gradient_eq (@gradient_scalar _ f (fun x : 'V_1 => x i1) (fun _ => t) d _ H (gradient_entry i1 _)) _.
  by apply: forall_I1; rewrite delta_same; ring.
- have := @derive_along _ (fun s _ => s) _ t (fun _ => 1) _ (fun _ => is_derive_id t) H.
  by rewrite /dot sum_I1 Rmult_1_r.
Qed.

(** The mean value theorem. *)
Lemma mean_value (f df : R -> R) (a b : R) : a < b -> (forall t, a <= t <= b -> is_derive f t (df t)) ->
  exists c, a <= c <= b /\ f b - f a = df c * (b - a).
Proof.
move=> ab D.
have [t tb|t tb|c [cb E]] := MVT_gen f a b df.
- by apply: D; move: tb; rewrite Rmin_left ?Rmax_right; lra.
- apply/continuity_pt_filterlim; apply: ex_derive_continuous; exists (df t); apply: D.
  by move: tb; rewrite Rmin_left ?Rmax_right; lra.
- by exists c; move: cb; rewrite Rmin_left ?Rmax_right; lra.
Qed.

(** A differentiable map is continuous. *)
Theorem jacobian_continuous (S T : finType) (f : vec S -> vec T) x J : is_jacobian f x J -> continuous_at f x.
Proof.
move=> H eps e0; have [eta [eta0 He]] := H 1 ltac:(lra).
set a := msize J + 1; have a1 : 1 <= a by have := msize_ge0 J; rewrite /a; lra.
exists (Rmin eta (eps / a)); split=> [|z hz]; first by apply: Rmin_pos => //; apply: Rdiv_lt_0_compat; lra.
set h := z -v x; have Ez : z = x +v h by apply: vec_eq => i; rewrite /h /vadd /vsub; ring.
have := He h (Rle_trans _ _ _ hz (Rmin_l _ _)); rewrite -Ez => le.
have -> : f z -v f x = (f z -v f x -v J *v h) +v J *v h by apply: vec_eq => i; rewrite /vadd /vsub; ring.
apply: Rle_trans (vnorm_add _ _) _; have := vnorm_mulmv J h => le'.
have : a * vnorm h <= eps.
  have := Rmult_le_compat_l a _ _ ltac:(lra) (Rle_trans _ _ _ hz (Rmin_r _ _)).
  by have -> : a * (eps / a) = eps by field; lra.
rewrite /a; have := vnorm_ge0 h; nra.
Qed.

(** For any matrix, point and value there is a map with this Jacobian and value: hypotheses of the form
    [is_jacobian f x J] are never empty. *)
Lemma jacobian_satisfiable (S T : finType) (x : vec S) (y : vec T) (J : mat T S) :
  exists f, f x = y /\ is_jacobian f x J.
Proof.
exists (fun z => J *v z +v (y -v J *v x)); split; last exact: jacobian_affine.
by apply: vec_eq => i; rewrite /vadd /vsub; ring.
Qed.

Lemma gradient_satisfiable (S : finType) (x : vec S) (y : R) (g : vec S) :
  exists f, f x = y /\ is_gradient f x g.
Proof.
exists (fun z => dot g z + (y - dot g x)); split; last exact: gradient_affine.
ring.
Qed.

(** ** Vector-Jacobian products *)

Lemma is_vjp_jacobian (S T : finType) (f : vec S -> vec T) x J (v : vec T) :
  is_jacobian f x J -> is_vjp f x v (J^T *v v).
Proof. by exists J. Qed.

(** The vector-Jacobian product of a composition is that of the outer map first. *)
Lemma is_vjp_comp (S T U : finType) (f : vec S -> vec T) (g : vec T -> vec U) x v r s :
  is_vjp g (f x) v r -> is_vjp f x r s -> is_vjp (fun z => g (f z)) x v s.
Proof.
move=> [B [HB ->]] [A [HA ->]]; exists (B *m A); split; first exact: jacobian_comp.
by rewrite transpose_mulmm mulmv_mulmm.
Qed.

(** With the gradient of a real function for [v] it is the gradient of the composition. *)
Lemma is_vjp_gradient (S T : finType) (f : vec S -> vec T) (F : vec T -> R) x v r :
  is_gradient F (f x) v -> is_vjp f x v r -> is_gradient (fun z => F (f z)) x r.
Proof. by move=> HF [J [HJ ->]]; exact: gradient_comp. Qed.
