(** * The Jacobian is the Frechet derivative

    [is_jacobian f x J] says in Coquelicot's words that [f] has the Frechet derivative [h |-> J h] at [x]: the vectors
    are a normed module, in which [filterdiff f (locally x)] is that derivative.  Nothing else depends on this file. *)

From Gradspec Require Import Base.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Vectors are a normed module *)

Section Instance.
Variable T : finType.
Implicit Types x y z : vec T.

Definition vopp x : vec T := fun i => - x i.

Lemma vaddC x y : x +v y = y +v x.
Proof. by apply: vec_eq => i; exact: Rplus_comm. Qed.
Lemma vaddA x y z : x +v (y +v z) = x +v y +v z.
Proof. by apply: vec_eq => i; rewrite /vadd; ring. Qed.
Lemma vadd0 x : x +v vzero T = x.
Proof. by apply: vec_eq => i; exact: Rplus_0_r. Qed.
Lemma vaddN x : x +v vopp x = vzero T.
Proof. by apply: vec_eq => i; exact: Rplus_opp_r. Qed.

Definition vec_AbelianGroup_mixin := AbelianGroup.Mixin (vec T) vadd vopp (vzero T) vaddC vaddA vadd0 vaddN.
Canonical vec_AbelianGroup := AbelianGroup.Pack (vec T) vec_AbelianGroup_mixin (vec T).

Lemma vscaleA (s t : R_Ring) x : s *: (t *: x) = mult s t *: x.
Proof. by apply: vec_eq => i; rewrite /vscale /mult /=; ring. Qed.
Lemma vscale1 x : (one : R_Ring) *: x = x.
Proof. by apply: vec_eq => i; exact: Rmult_1_l. Qed.
Lemma vscaleDr (t : R_Ring) x y : t *: plus x y = plus (t *: x) (t *: y).
Proof. by apply: vec_eq => i; exact: Rmult_plus_distr_l. Qed.
Lemma vscaleDl (s t : R_Ring) x : plus s t *: x = plus (s *: x) (t *: x).
Proof. by apply: vec_eq => i; exact: Rmult_plus_distr_r. Qed.

Definition vec_ModuleSpace_mixin :=
  ModuleSpace.Mixin R_Ring vec_AbelianGroup (@vscale T) vscaleA vscale1 vscaleDr vscaleDl.
Canonical vec_ModuleSpace :=
  ModuleSpace.Pack R_Ring (vec T) (ModuleSpace.Class _ _ _ vec_ModuleSpace_mixin) (vec T).

Definition vball x (e : R) y := 0 < e /\ forall i, Rabs (y i - x i) < e.

Lemma vball_center x (e : posreal) : vball x e x.
Proof. by split=> [|i]; rewrite ?Rminus_eq_0 ?Rabs_R0; exact: cond_pos. Qed.
Lemma vball_sym x y e : vball x e y -> vball y e x.
Proof. by move=> [e0 H]; split=> // i; rewrite Rabs_minus_sym. Qed.
Lemma vball_triangle x y z e e' : vball x e y -> vball y e' z -> vball x (e + e') z.
Proof.
move=> [e0 H] [e0' H']; split=> [|i]; first lra.
have -> : z i - x i = (y i - x i) + (z i - y i) by ring.
by apply: Rle_lt_trans (Rabs_triang _ _) _; exact: Rplus_lt_compat.
Qed.

Definition vec_UniformSpace_mixin :=
  UniformSpace.Mixin (vec T) (vzero T) vball vball_center vball_sym vball_triangle.
Canonical vec_UniformSpace := UniformSpace.Pack (vec T) vec_UniformSpace_mixin (vec T).

Canonical vec_NormedModuleAux :=
  NormedModuleAux.Pack R_AbsRing (vec T)
    (NormedModuleAux.Class R_AbsRing (vec T) (ModuleSpace.class _ vec_ModuleSpace) vec_UniformSpace_mixin) (vec T).

Lemma vball_vnorm x y (e : R) : vnorm (y -v x) < e -> vball x e y.
Proof.
move=> H; have := vnorm_ge0 (y -v x) => n0; split=> [|i]; first lra.
by apply: Rle_lt_trans H; exact: (vnorm_ge (y -v x)).
Qed.

Lemma vnorm_vball x y (e : posreal) : vball x e y -> vnorm (y -v x) < 2 * e.
Proof.
move=> [e0 H]; have : vnorm (y -v x) <= e by apply: vnorm_le => [|i]; [lra|apply: Rlt_le; exact: H].
lra.
Qed.

Lemma vnorm_scale_le (t : R_AbsRing) x : vnorm (scal t x) <= abs t * vnorm x.
Proof. by rewrite (vnorm_scale t x); exact: Rle_refl. Qed.

Definition vec_NormedModule_mixin :=
  NormedModule.Mixin R_AbsRing vec_NormedModuleAux (@vnorm T) 2 (@vnorm_add T) vnorm_scale_le
    vball_vnorm vnorm_vball (@vnorm_eq0 T).
Canonical vec_NormedModule :=
  NormedModule.Pack R_AbsRing (vec T) (NormedModule.Class _ _ _ vec_NormedModule_mixin) (vec T).

End Instance.

(** ** The equivalence *)

Lemma mulmv_is_linear (S T : finType) (J : mat T S) : is_linear (fun h : vec S => J *v h).
Proof.
split=> [x y|k x|]; [exact: mulmv_add|exact: mulmv_scale|].
exists (msize J + 1); split=> [|h]; first by have := msize_ge0 J; lra.
by apply: Rle_trans (vnorm_mulmv J h) _; have := vnorm_ge0 h; rewrite /norm /=; nra.
Qed.

Theorem jacobian_frechet (S T : finType) (f : vec S -> vec T) (x : vec S) (J : mat T S) :
  is_jacobian f x J <-> filterdiff f (locally x) (fun h => J *v h).
Proof.
split=> [H|[_ H] eps e0].
- split=> [|y /is_filter_lim_locally_unique <-]; first exact: mulmv_is_linear.
  move=> eps; have [eta [eta0 He]] := H eps (cond_pos eps).
  exists (mkposreal _ eta0) => z [_ hz].
  have -> : z = x +v (z -v x) by apply: vec_eq => i; rewrite /vadd /vsub; ring.
  have E : minus (x +v (z -v x)) x = z -v x.
    by apply: vec_eq => i; rewrite /minus /plus /opp /= /vopp /vadd /vsub; ring.
  rewrite E; apply: He; apply: vnorm_le => [|i]; [lra|exact: Rlt_le (hz i)].
- have [eta He] := H x (fun P HP => HP) (mkposreal _ e0).
  exists (eta / 2); split=> [|h hs]; first by have := cond_pos eta; lra.
  have := He (x +v h).
  have -> : minus (x +v h) x = h.
    by apply: vec_eq => i; rewrite /minus /plus /opp /= /vopp /vadd; ring.
  apply; split=> [|i]; first exact: cond_pos.
  have -> : (x +v h) i - x i = h i by rewrite /vadd; ring.
  by apply: Rle_lt_trans (vnorm_ge h i) _; have := cond_pos eta; lra.
Qed.

(** The remainder of [calculus.differentiable]: [f (x + h) = f x + J h + |h| rho h], where [rho h] tends to 0. *)
Theorem jacobian_remainder (S T : finType) (f : vec S -> vec T) (x : vec S) (J : mat T S) :
  is_jacobian f x J <->
  exists rho : vec S -> vec T, (forall h, f (x +v h) = f x +v J *v h +v vnorm h *: rho h) /\
    forall eps, 0 < eps -> exists eta, 0 < eta /\
    forall h, h <> vzero S -> vnorm h <= eta -> vnorm (rho h) <= eps.
Proof.
split=> [H|[rho [E H]] eps e0].
- exists (fun h => / vnorm h *: (f (x +v h) -v f x -v J *v h)); split=> [h|eps e0].
    case: (Req_dec (vnorm h) 0) => [/vnorm_eq0 ->|nz].
    + have -> : x +v vzero S = x by apply: vec_eq => i; exact: Rplus_0_r.
      apply: vec_eq => i; rewrite /vadd /vscale vnorm_zero /mulmv sum_zero => [|j]; last exact: Rmult_0_r.
      ring.
    + by apply: vec_eq => i; rewrite /vadd /vscale /vsub; field.
  have [eta [eta0 He]] := H _ e0; exists eta; split=> // h nz hs.
  have n0 : 0 < vnorm h by case: (vnorm_ge0 h) => // /esym /vnorm_eq0.
  rewrite vnorm_scale Rabs_inv Rabs_pos_eq; last exact: Rlt_le.
  apply: (Rmult_le_reg_l (vnorm h)) => //.
  by rewrite -Rmult_assoc Rinv_r ?Rmult_1_l 1?Rmult_comm; [exact: He|lra].
- have [eta [eta0 He]] := H _ e0; exists eta; split=> // h hs.
  have -> : f (x +v h) -v f x -v J *v h = vnorm h *: rho h.
    by rewrite E; apply: vec_eq => i; rewrite /vadd /vsub; ring.
  rewrite vnorm_scale Rabs_pos_eq; last exact: vnorm_ge0.
  case: (Req_dec (vnorm h) 0) => [->|nz]; first by lra.
  rewrite Rmult_comm; apply: Rmult_le_compat_r; first exact: vnorm_ge0.
  by apply: He => // h0; apply: nz; rewrite h0 vnorm_zero.
Qed.
