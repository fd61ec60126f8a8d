(** * Piecewise differentiable maps ([calculus.piecewise_differentiable])

    Compact sets are the closed and bounded ones. *)

From Gradspec Require Import Base.
From mathcomp Require Import finfun.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

Section Sets.
Variable n : nat.
Implicit Types (A K U : 'V_n -> Prop).
Definition is_open A : Prop := forall x, A x -> near x A.
Definition interior A (x : 'V_n) : Prop := near x A.
Definition closure A (x : 'V_n) : Prop := forall eps, 0 < eps -> exists z, A z /\ vnorm (z -v x) <= eps.
Definition is_compact K : Prop := (forall x, closure K x -> K x) /\ exists B, forall x, K x -> vnorm x <= B.

(** The compact sets that are not empty and are the closure of their interior. *)
Definition is_body K : Prop := is_compact K /\ (exists x, K x) /\ forall x, K x <-> closure (interior K) x.

(** The pieces of [f] on [K]: finitely many disjoint open sets that are not empty, the union of whose closures is [K],
    and maps that agree with [f] on them, each differentiable on an open set around the closure of its piece. *)
Definition has_pieces (m : nat) (f : 'V_n -> 'V_m) K : Prop :=
  exists (T : finType) (P : T -> 'V_n -> Prop) (g : T -> 'V_n -> 'V_m),
  (forall i, is_open (P i) /\ exists x, P i x) /\
  (forall i j x, P i x -> P j x -> i = j) /\
  (forall x, K x <-> exists i, closure (P i) x) /\
  (forall i x, P i x -> f x = g i x) /\
  (forall i, exists V, is_open V /\ (forall x, closure (P i) x -> V x) /\ forall x, V x -> differentiable (g i) x).

Definition piecewise_differentiable (m : nat) (f : 'V_n -> 'V_m) U : Prop :=
  forall K, is_body K -> (forall x, K x -> U x) -> has_pieces f K.
End Sets.

(** ** Neighbourhoods *)

Section Sets.
Variable n : nat.
Implicit Types (A K U : 'V_n -> Prop) (x y z : 'V_n).

Lemma vsub_self x : x -v x = vzero _.
Proof. by apply: vec_eq => i; rewrite /vsub /vzero; ring. Qed.

Lemma distance_triangle x y z : vnorm (x -v z) <= vnorm (x -v y) + vnorm (y -v z).
Proof.
have -> : x -v z = (x -v y) +v (y -v z) by apply: vec_eq => i; rewrite /vadd /vsub; ring.
exact: vnorm_add.
Qed.

Lemma distance_sym x y : vnorm (x -v y) = vnorm (y -v x).
Proof.
have -> : x -v y = -1 *: (y -v x) by apply: vec_eq => i; rewrite /vscale /vsub; ring.
by rewrite vnorm_scale Rabs_Ropp Rabs_R1 Rmult_1_l.
Qed.

Lemma near_point x A : near x A -> A x.
Proof. by move=> [e [e0 H]]; apply: H; rewrite vsub_self vnorm_zero; lra. Qed.

Lemma interior_open A : is_open (interior A).
Proof.
move=> x [e [e0 H]]; exists (e / 2); split=> [|z hz]; first lra.
exists (e / 2); split=> [|y hy]; first lra.
by apply: H; apply: Rle_trans (distance_triangle y z x) _; lra.
Qed.

Lemma closure_in A x : A x -> closure A x.
Proof. by move=> Ax e e0; exists x; rewrite vsub_self vnorm_zero; split=> //; lra. Qed.

Lemma body_interior K : is_body K -> exists x, interior K x.
Proof. by move=> [_ [[x Kx] H]]; have [z [Iz _]] := (H x).1 Kx 1 Rlt_0_1; exists z. Qed.

Lemma near_and x A U : near x A -> near x U -> near x (fun z => A z /\ U z).
Proof.
move=> [e [e0 H]] [e' [e0' H']]; exists (Rmin e e'); split=> [|z hz]; first exact: Rmin_pos.
by split; [apply: H; apply: Rle_trans hz (Rmin_l _ _)|apply: H'; apply: Rle_trans hz (Rmin_r _ _)].
Qed.

(** A closed ball is a body. *)
Lemma ball_body x r : 0 < r -> is_body (fun z => vnorm (z -v x) <= r).
Proof.
move=> r0.
have closed z : closure (fun z => vnorm (z -v x) <= r) z -> vnorm (z -v x) <= r.
  move=> H; apply: le_epsilon => eps e0; have [y [hy d]] := H eps e0.
  by have := distance_triangle z y x; rewrite (distance_sym z y); lra.
split; last split.
- split=> //; exists (r + vnorm x) => z hz.
  have -> : z = (z -v x) +v x by apply: vec_eq => i; rewrite /vadd /vsub; ring.
  by apply: Rle_trans (vnorm_add _ _) _; have := hz; lra.
- by exists x; rewrite vsub_self vnorm_zero; lra.
- move=> z; split=> [hz eps e0|H].
  + set q := Rmin (eps / r) 1; have q0 : 0 < q by apply: Rmin_pos; [apply: Rdiv_lt_0_compat|]; lra.
    have q1 : q <= 1 := Rmin_r _ _.
    have qe : q * r <= eps.
      by have := Rmult_le_compat_r r _ _ ltac:(lra) (Rmin_l (eps / r) 1); rewrite -/q /Rdiv Rmult_assoc Rinv_l; lra.
    have n0 := vnorm_ge0 (z -v x).
    exists (z -v q *: (z -v x)); split.
    * exists (q * r); split=> [|y hy]; first nra.
      have := distance_triangle y (z -v q *: (z -v x)) x.
      have -> : z -v q *: (z -v x) -v x = (1 - q) *: (z -v x).
        by apply: vec_eq => i; rewrite /vsub /vscale; ring.
      by rewrite vnorm_scale Rabs_pos_eq; nra.
    * have -> : z -v q *: (z -v x) -v z = (- q) *: (z -v x) by apply: vec_eq => i; rewrite /vsub /vscale; ring.
      by rewrite vnorm_scale Rabs_Ropp Rabs_pos_eq; nra.
  + by apply: closed => eps e0; have [y [/near_point Iy d]] := H eps e0; exists y.
Qed.

(** ** Pieces by signs *)

Let in_orthant (s : {ffun 'I_n -> bool}) z := forall i, if s i then 0 < z i else z i < 0.

Lemma orthant_open s : is_open (in_orthant s).
Proof.
move=> z Hz.
have [i e e' [e0 le] H y hy|i|e [e0 H]] := @finite_choice _ (fun i e => forall y, vnorm (y -v z) <= e ->
    if s i then 0 < y i else y i < 0).
- by apply: H; lra.
- exists (Rabs (z i) / 2); have zi := Hz i; have a0 : 0 < Rabs (z i) by apply: Rabs_pos_lt; case: (s i) zi; lra.
  split=> [|y hy]; first lra.
  have := Rle_trans _ _ _ (vnorm_ge (y -v z) i) hy; rewrite /vsub => /Rabs_le_between.
  by case: (s i) zi => zi; [rewrite Rabs_pos_eq|rewrite Rabs_left]; lra.
- by exists e; split=> // y hy i; exact: H.
Qed.

(** Close to any point there is one with no entry 0. *)
Lemma orthant_near z eps : 0 < eps -> exists s y, in_orthant s y /\ vnorm (y -v z) <= eps.
Proof.
move=> e0; exists [ffun i => Rle_dec 0 (z i) : bool], (fun i => if Rle_dec 0 (z i) then z i + eps else z i).
split=> [i|]; first by rewrite ffunE; case: Rle_dec => /= H; lra.
apply: vnorm_le => [|i]; first lra.
by rewrite /vsub; case: Rle_dec => H /=; [rewrite Rabs_pos_eq|rewrite Rminus_eq_0 Rabs_R0]; lra.
Qed.

(** A map that is given on each orthant by a map that is differentiable everywhere is piecewise differentiable. *)
Lemma piecewise_orthants (m : nat) (f : 'V_n -> 'V_m) (g : {ffun 'I_n -> bool} -> 'V_n -> 'V_m) U :
  (forall s z, in_orthant s z -> f z = g s z) -> (forall s z, differentiable (g s) z) ->
  piecewise_differentiable f U.
Proof.
move=> fg D K BK _; have [[closed bounded] [nonempty reg]] := BK.
pose P s z := interior K z /\ in_orthant s z.
have [s|b Hb] := @finite_function _ bool true (fun s (b : bool) => b <-> exists z, P s z).
  by case: (Classical_Prop.classic (exists z, P s z)) => H; [exists true|exists false].
exists [finType of {s : {ffun 'I_n -> bool} | b s}], (fun s => P (val s)), (fun s => g (val s)).
split; last split; last split; last split.
- move=> [s bs]; split; last exact/Hb.
  by move=> z [Iz Oz]; apply: near_and; [exact: interior_open|exact: orthant_open].
- move=> [s bs] [s' bs'] z [_ O] [_ O']; apply: val_inj; apply/ffunP => i.
  by have := O i; have := O' i; rewrite /=; case: (s i); case: (s' i) => //; lra.
- move=> x; split=> [Kx|[s cl]]; last first.
    by apply: closed => eps e0; have [z [[/near_point Kz _] d]] := cl eps e0; exists z.
  apply: Classical_Prop.NNPP => no.
  have [s e e' [e0 le] H z Pz|s|e [e0 H]] := @finite_choice _ (fun s e => forall z, P s z -> ~ vnorm (z -v x) <= e).
  + by have := H z Pz; lra.
  + apply: Classical_Prop.NNPP => none; apply: no.
    have cl : closure (P s) x.
      move=> e e0; apply: Classical_Prop.NNPP => nz; apply: none; exists e; split=> // z Pz d.
      by apply: nz; exists z.
    have [z [Pz _]] := cl 1 Rlt_0_1.
    have bs : b s by apply/Hb; exists z.
    by exists (exist _ s bs).
  + have [z [Iz d]] := (reg x).1 Kx (e / 2) ltac:(lra).
    have [r [r0 Hr]] := @interior_open K z Iz.
    have [|s [y [Oy dy]]] := @orthant_near z (Rmin r (e / 2)); first by apply: Rmin_pos; lra.
    apply: (H s y); first by split=> //; apply: Hr; apply: Rle_trans dy (Rmin_l _ _).
    by have := distance_triangle y z x; have := Rmin_r r (e / 2); lra.
- by move=> [s bs] z [_ O]; exact: fg.
- by move=> [s bs]; exists (fun _ => True); split=> [z _|]; [exists 1; split=> //; lra|split].
Qed.

End Sets.

(** ** The claims *)

(** 1. Differentiable maps are continuous and piecewise differentiable. *)
Theorem calculus_piecewise_differentiable_includes : forall (n m : nat) (f : 'V_n -> 'V_m) (U : 'V_n -> Prop),
  is_open U -> (forall x, U x -> differentiable f x) ->
  (forall x, U x -> continuous_at f x) /\ piecewise_differentiable f U.
Proof.
move=> n m f U oU D; split=> [x Ux|K BK KU]; first by have [J] := D x Ux; exact: jacobian_continuous.
have [[closed _] [_ reg]] := BK.
exists [finType of unit], (fun _ => interior K), (fun _ => f).
split; first by split; [exact: interior_open|exact: body_interior].
split; first by move=> [] [].
split; first by move=> x; rewrite reg; split=> [H|[]] //; exists tt.
split=> // _; exists U; split=> //; split=> // x H; apply: KU.
by apply: closed => e e0; have [z [/near_point Kz d]] := H e e0; exists z.
Qed.

(** 2. The unit step, with any value at 0, is piecewise differentiable and not continuous. *)
Definition step (at_zero : R) (t : R) : R := if Rlt_dec 0 t then 1 else if Rlt_dec t 0 then 0 else at_zero.

Theorem calculus_piecewise_differentiable_step : forall at_zero,
  let f (z : 'V_1) := (fun _ => step at_zero (z i1)) : 'V_1 in
  piecewise_differentiable f (fun _ => True) /\ ~ continuous_at f (vzero _).
Proof.
move=> a f; split.
- apply: (@piecewise_orthants _ _ f (fun s _ _ => if s i1 then 1 else 0)) => [s z O|s z].
    apply: vec_eq => i; rewrite /f /step; have := O i1.
    by case: (s i1) => ?; case: Rlt_dec => ? //; try lra; case: Rlt_dec => ? //; lra.
  by exists (fun _ => 0); exact: jacobian_const.
- move=> /(_ (/ 3)) [|eta [eta0 H]]; first lra.
  have v e : Rabs e <= eta -> Rabs (step a e - step a 0) <= / 3.
    move=> he; apply: Rle_trans (H (fun _ => e) _); first exact: (vnorm_ge (f (fun _ => e) -v f (vzero _)) i1).
    by apply: vnorm_le => [|i]; [lra|rewrite /vsub /vzero Rminus_0_r].
  have := v eta; have := v (- eta); rewrite Rabs_Ropp Rabs_pos_eq; last lra.
  move=> /(_ (Rle_refl _)) A /(_ (Rle_refl _)) B; move: A B; rewrite /step.
  case: (Rlt_dec 0 eta) => ?; last lra. case: (Rlt_dec 0 (- eta)) => ?; first lra.
  case: (Rlt_dec (- eta) 0) => ?; last lra. case: (Rlt_dec 0 0) => ?; first lra.
  by move=> /= /Rabs_le_between A /Rabs_le_between B; lra.
Qed.

(** 3. The root of the magnitude is continuous and not piecewise differentiable. *)
Theorem calculus_piecewise_differentiable_root : let f (z : 'V_1) := (fun _ => sqrt (Rabs (z i1))) : 'V_1 in
  (forall x, continuous_at f x) /\ ~ piecewise_differentiable f (fun _ => True).
Proof.
move=> f; split.
- move=> x eps e0; exists (eps * eps); split=> [|z hz]; first exact: Rmult_lt_0_compat.
  apply: vnorm_le => [|i]; first lra; rewrite /vsub /f.
  have := Rle_trans _ _ _ (vnorm_ge (z -v x) i1) hz; rewrite /vsub => d.
  have a0 := Rabs_pos (z i1); have b0 := Rabs_pos (x i1).
  have := Rabs_triang_inv (z i1) (x i1); have := Rabs_triang_inv (x i1) (z i1); rewrite (Rabs_minus_sym (x i1)).
  have sa := sqrt_sqrt _ a0; have sb := sqrt_sqrt _ b0.
  have pa := sqrt_pos (Rabs (z i1)); have pb := sqrt_pos (Rabs (x i1)).
  move=> l1 l2; apply: Rabs_le; split; apply: Rnot_lt_le => lt; nra.
- move=> H; have [//|T [P [g [open [_ [cover [agree D]]]]]]] := H _ (@ball_body 1 (vzero _) 1 Rlt_0_1).
  have [t cl] := (cover (vzero _)).1 ltac:(rewrite vsub_self vnorm_zero; lra).
  have [V [oV [inV dV]]] := D t; have [J HJ] := dV _ (inV _ cl).
  have size (x : 'V_1) : vnorm x = Rabs (x i1).
    apply: Rle_antisym; last exact: vnorm_ge.
    by apply: vnorm_le => [|i]; [exact: Rabs_pos|rewrite (ord1 i); exact: Rle_refl].
  (* Arbitrarily near to 0 there are points of the piece other than 0. *)
  have points e : 0 < e -> exists x : 'V_1, 0 < Rabs (x i1) <= e /\ g t x i1 = sqrt (Rabs (x i1)).
    move=> e0; have [z [Pz d]] := cl (e / 2) ltac:(lra); have [r [r0 Hr]] := (open t).1 z Pz.
    move: d; rewrite size /vsub /vzero Rminus_0_r => d.
    have [z0|nz] := Req_dec (z i1) 0.
    + set q := Rmin r (e / 2); have q0 : 0 < q by apply: Rmin_pos; lra.
      have qe := Rmin_r r (e / 2); have qr := Rmin_l r (e / 2); rewrite -/q in qe qr.
      exists (fun _ => q); rewrite Rabs_pos_eq; last lra; split; first lra.
      rewrite -agree; first by rewrite /f Rabs_pos_eq //; lra.
      by apply: Hr; rewrite size /vsub z0 Rminus_0_r Rabs_pos_eq; lra.
    + by exists z; split; [split; [exact: Rabs_pos_lt|lra]|rewrite -agree].
  have g0 : g t (vzero _) i1 = 0.
    apply: Classical_Prop.NNPP => nz; have p := Rabs_pos_lt _ nz.
    have [|e [e0 He]] := @jacobian_continuous _ _ _ _ _ HJ (Rabs (g t (vzero _) i1) / 3); first lra.
    set q := Rabs (g t (vzero _) i1) / 3 in He *; have q0 : 0 < q by rewrite /q; lra.
    have [|x [[x0 xe] gx]] := points (Rmin e (q * q)); first by apply: Rmin_pos => //; nra.
    have hx : vnorm (x -v vzero _) <= e.
      by rewrite size /vsub /vzero Rminus_0_r; exact: Rle_trans xe (Rmin_l _ _).
    have d := He x hx; rewrite size /vsub gx in d.
    have s0 := sqrt_pos (Rabs (x i1)); have ss := sqrt_sqrt _ (Rlt_le _ _ x0).
    have sq : sqrt (Rabs (x i1)) <= q.
      by apply: Rnot_lt_le => lt; have := Rle_trans _ _ _ xe (Rmin_r _ _); nra.
    have := Rabs_triang_inv (g t (vzero _) i1) (sqrt (Rabs (x i1))).
    rewrite Rabs_minus_sym (Rabs_pos_eq (sqrt _)) //.
    by rewrite /q in sq d; lra.
  have [e [e0 He]] := HJ 1 Rlt_0_1; set a := msize J + 1.
  have a1 : 1 <= a by have := msize_ge0 J; rewrite /a; lra.
  have i0 : 0 < / (4 * a * a) by apply: Rinv_0_lt_compat; nra.
  have [|x [[x0 xe] gx]] := points (Rmin e (/ (4 * a * a))); first exact: Rmin_pos.
  have E : vzero _ +v x = x by apply: vec_eq => i; rewrite /vadd /vzero; ring.
  have hx : vnorm x <= e by rewrite size; exact: Rle_trans xe (Rmin_l _ _).
  have c := Rle_trans _ _ _ (vnorm_ge _ i1) (He x hx); rewrite E size /vsub gx g0 Rminus_0_r in c.
  have b := Rle_trans _ _ _ (vnorm_ge (J *v x) i1) (vnorm_mulmv J x); rewrite size in b.
  have small := Rle_trans _ _ _ xe (Rmin_r _ _).
  have s0 := sqrt_lt_R0 _ x0; have ss := sqrt_sqrt _ (Rlt_le _ _ x0).
  have root : sqrt (Rabs (x i1)) <= a * Rabs (x i1).
    have := Rabs_triang_inv (sqrt (Rabs (x i1))) ((J *v x) i1); rewrite (Rabs_pos_eq (sqrt _)); last lra.
    by rewrite /a; lra.
  have one : 1 <= a * sqrt (Rabs (x i1)) by apply: (Rmult_le_reg_r (sqrt (Rabs (x i1)))) => //; nra.
  have : 4 * a * a * Rabs (x i1) <= 1.
    have := Rmult_le_compat_l (4 * a * a) _ _ ltac:(nra) small; rewrite Rinv_r //; nra.
  by rewrite -ss; nra.
Qed.

(** 4. The map [max(0, z)], entry by entry, is continuous and piecewise differentiable, and not differentiable at 0. *)
Theorem calculus_piecewise_differentiable_relu : forall n : nat,
  let f (z : 'V_n.+1) := (fun i => Rmax 0 (z i)) : 'V_n.+1 in
  (forall x, continuous_at f x) /\ piecewise_differentiable f (fun _ => True) /\ ~ differentiable f (vzero _).
Proof.
move=> n f; split; last split.
- move=> x eps e0; exists eps; split=> // z hz; apply: vnorm_le => [|i]; first lra.
  have := Rle_trans _ _ _ (vnorm_ge (z -v x) i) hz; rewrite /vsub /f => /Rabs_le_between d.
  by apply: Rabs_le; rewrite /Rmax; case: Rle_dec => ?; case: Rle_dec => ?; lra.
- apply: (@piecewise_orthants _ _ f (fun s z => diag (fun i => if s i then 1 else 0) *v z)) => [s z O|s z].
    apply: vec_eq => i; rewrite mulmv_diag /f /hadamard; have := O i; case: (s i) => ?.
    + by rewrite Rmax_right; lra.
    + by rewrite Rmax_left; lra.
  by exists (diag (fun i => if s i then 1 else 0)); exact: jacobian_linear.
- move=> [J HJ]; have /jacobian_rows /(_ ord0) H := HJ.
  have := derive_direction (unit_vector ord0) H; set d := dot _ _ => along.
  have D : is_derive (fun t => Rmax 0 t) 0 d.
    apply: is_derive_ext along => t; rewrite /f /vadd /vscale /vzero /unit_vector delta_same.
    by congr Rmax; ring.
  move: D => /is_derive_Reals /(_ (/ 2)) [|[e e0] He]; first lra.
  have := He (e / 2) ltac:(lra); have := He (- (e / 2)) ltac:(lra).
  rewrite /= Rabs_Ropp Rabs_pos_eq; last lra.
  rewrite !Rplus_0_l (Rmax_left 0 0) ?(Rmax_left 0 (- _)) ?(Rmax_right 0 (e / 2)); try lra.
  have -> : (0 - 0) / - (e / 2) - d = - d by field; lra.
  have -> : (e / 2 - 0) / (e / 2) - d = 1 - d by field; lra.
  move=> /(_ ltac:(lra)) /Rabs_lt_between A /(_ ltac:(lra)) /Rabs_lt_between B; lra.
Qed.

(** 5. A piecewise differentiable map is differentiable on an open and dense subset. *)
Theorem calculus_piecewise_differentiable_dense : forall (n m : nat) (f : 'V_n -> 'V_m) (U : 'V_n -> Prop), is_open U ->
  piecewise_differentiable f U ->
  forall x, U x -> closure (fun z => U z /\ near z (differentiable f)) x.
Proof.
move=> n m f U oU H x Ux eps e0; have [r [r0 ball]] := oU x Ux.
have [//|T [P [g [open [_ [cover [agree D]]]]]]] := H _ (@ball_body n x r r0).
have [t cl] := (cover x).1 ltac:(rewrite vsub_self vnorm_zero; lra).
have [z [Pz d]] := cl eps e0; exists z; split=> //; split.
- by apply: ball; apply/cover; exists t; exact: closure_in.
- have [V [oV [inV dV]]] := D t; have Vz := inV _ (closure_in Pz).
  have [e [e1 He]] := near_and (interior_open ((open t).1 z Pz)) (oV z Vz).
  exists e; split=> // y hy; have [near Vy] := He y hy; have [J HJ] := dV y Vy; exists J.
  apply: jacobian_near HJ; have [e' [e1' He']] := near; exists e'; split=> // w hw.
  by apply: esym; apply: agree; exact: He'.
Qed.

(** The definition of the source asks for pieces of *every* compact set that is not empty, and has none. *)
Theorem calculus_piecewise_differentiable_printed : forall (n m : nat) (f : 'V_n.+1 -> 'V_m) (U : 'V_n.+1 -> Prop),
  (exists x, U x) -> ~ forall K, is_compact K -> (exists x, K x) -> (forall x, K x -> U x) -> has_pieces f K.
Proof.
move=> n m f U [x Ux] H.
have [|||T [P [g [open [_ [cover _]]]]]] := H (fun z => z = x).
- split; last by exists (vnorm x) => z ->; exact: Rle_refl.
  move=> z cl; apply: vec_eq => i; apply: Rminus_diag_uniq.
  apply: Classical_Prop.NNPP => nz; have p := Rabs_pos_lt _ nz.
  have [y [-> d]] := cl (Rabs (z i - x i) / 2) ltac:(lra).
  by have := Rle_trans _ _ _ (vnorm_ge (x -v z) i) d; rewrite /vsub Rabs_minus_sym; lra.
- by exists x.
- by move=> z ->.
have [t cl] := (cover x).1 erefl; have [oP [z Pz]] := open t; have [r [r0 Hr]] := oP z Pz.
have zx : z = x by apply/cover; exists t; exact: closure_in.
have : z +v r *: unit_vector ord0 = x.
  apply/cover; exists t; apply: closure_in; apply: Hr.
  have -> : z +v r *: unit_vector ord0 -v z = r *: unit_vector ord0 by apply: vec_eq => i; rewrite /vadd /vsub; ring.
  by rewrite vnorm_scale vnorm_unit_vector Rabs_pos_eq; lra.
move=> /(f_equal (fun y : 'V_n.+1 => y ord0)); rewrite zx /vadd /vscale /unit_vector delta_same; lra.
Qed.

Lemma calculus_piecewise_differentiable_satisfiable : exists (f : 'V_1 -> 'V_1) (U : 'V_1 -> Prop),
  is_open U /\ forall x, U x -> differentiable f x.
Proof.
exists id, (fun _ => True); split; first by move=> x _; exists 1; split=> //; exact: Rlt_0_1.
by move=> x _; exists (identity _); exact: jacobian_id.
Qed.
