(** * 9. Cost and training, for the fourth part: least squares, the largest eigenvalue, descent on a quadratic *)

From Gradspec Require Export Base Training_Descent.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Lemma cauchy_schwarz (T : finType) (a b : vec T) : dot a b <= euclid a * euclid b.
Proof.
have L := lagrange a b.
have P : 0 <= \sum_i \sum_j (a i * b j - a j * b i) ^ 2.
  by apply: sum_ge0 => i; apply: sum_ge0 => j; exact: pow2_ge_0.
rewrite -!euclid_sqr in L; have p : 0 <= euclid a * euclid b by apply: Rmult_le_pos; exact: euclid_ge0.
by apply: Rsqr_incr_0_var => //; rewrite /Rsqr; nra.
Qed.

Lemma cauchy_schwarz_sqr (T : finType) (a b : vec T) : dot a b * dot a b <= dot a a * dot b b.
Proof.
have L := lagrange a b.
have P : 0 <= \sum_i \sum_j (a i * b j - a j * b i) ^ 2.
  by apply: sum_ge0 => i; apply: sum_ge0 => j; exact: pow2_ge_0.
nra.
Qed.

Lemma dot_subr (T : finType) (a b c : vec T) : dot a (b -v c) = dot a b - dot a c.
Proof. by rewrite /dot -sum_minus; apply: sum_ext => i; rewrite /vsub; ring. Qed.

Lemma dot_subl (T : finType) (a b c : vec T) : dot (b -v c) a = dot b a - dot c a.
Proof. by rewrite dotC dot_subr !(dotC a). Qed.

Lemma dot_addl (T : finType) (a b c : vec T) : dot (b +v c) a = dot b a + dot c a.
Proof. by rewrite dotC dot_addr !(dotC a). Qed.

(** ** Least squares *)

(** For any vector [y] there is a combination of the columns of [A] such that what is left is orthogonal to each. *)
Lemma least_squares (S T : finType) (A : mat S T) (y : vec S) : exists th : vec T, A^T *v (A *v th) = A^T *v y.
Proof.
suff [th [_ H]] : exists th : vec T, (forall j, j \notin enum T -> th j = 0) /\
    forall j, j \in enum T -> (A^T *v (y -v A *v th)) j = 0.
  exists th; apply: vec_eq => j; have := H j; rewrite mem_enum => /(_ isT).
  by rewrite mulmv_sub /vsub; lra.
have orth (s : seq T) (th : vec T) (z : vec S) : (forall j, j \notin s -> th j = 0) ->
    (forall j, j \in s -> (A^T *v z) j = 0) -> dot (A *v th) z = 0.
  move=> out on; rewrite dotC dot_mulmv /dot sum_zero // => j.
  by case: (boolP (j \in s)) => [/on ->|/out ->]; ring.
elim: (enum T) y => [|a s IH] y; first by exists (vzero T).
have [th0 [out0 on0]] := IH y; have [th1 [out1 on1]] := IH (A *v unit_vector a).
set y0 := y -v A *v th0 in on0; set d := unit_vector a -v th1.
have on1' j : j \in s -> (A^T *v (A *v d)) j = 0 by move=> js; rewrite /d mulmv_sub; exact: on1.
have outd j : j \notin a :: s -> d j = 0.
  rewrite in_cons negb_or => /andP[ja js]; rewrite /d /vsub out1 // /unit_vector delta_other //; ring.
have col z : (A^T *v z) a = dot (A *v unit_vector a) z by rewrite dotC dot_mulmv dot_unit.
have cold z : (forall j, j \in s -> (A^T *v z) j = 0) -> (A^T *v z) a = dot (A *v d) z.
  by move=> H; rewrite col /d mulmv_sub dot_subl (orth s th1 z out1 H); ring.
have out0' j : j \notin a :: s -> th0 j = 0 by rewrite in_cons negb_or => /andP[_ js]; exact: out0.
set q := dot (A *v d) (A *v d).
have [q0|q0] := Req_dec q 0.
  exists th0; split=> // j; rewrite in_cons => /orP[/eqP ->|]; last exact: on0.
  rewrite cold // (dot_eq0 q0) /dot sum_zero // => i; rewrite /vzero; ring.
set k := dot (A *v d) y0 / q; exists (th0 +v k *: d); split.
  by move=> j js; rewrite /vadd /vscale out0' // outd //; ring.
have -> : y -v A *v (th0 +v k *: d) = y0 -v k *: (A *v d).
  by rewrite mulmv_add mulmv_scale; apply: vec_eq => i; rewrite /y0 /vsub /vadd; ring.
have on j : j \in s -> (A^T *v (y0 -v k *: (A *v d))) j = 0.
  by move=> js; rewrite mulmv_sub mulmv_scale /vsub /vscale on0 // on1' //; ring.
move=> j; rewrite in_cons => /orP[/eqP ->|]; last exact: on.
by rewrite cold // dot_subr dot_scaler -/q /k; field.
Qed.

(** ** Symmetric matrices that are positive semidefinite *)

Section Symmetric.
Variables (T : finType) (H : mat T T).
Hypothesis symmetric : H^T = H.

Lemma self_adjoint u v : dot u (H *v v) = dot (H *v u) v.
Proof. by rewrite dot_mulmv symmetric. Qed.

(** A matrix that sends no other vector to 0 does not shorten vectors at will. *)
Lemma bounded_below : (forall h, H *v h = vzero T -> h = vzero T) ->
  exists m, 0 < m /\ forall h, dot h h <= m * dot (H *v h) (H *v h).
Proof.
move=> inj.
have surj i : exists th : vec T, H *v th = unit_vector i.
  have [th E] := least_squares H (unit_vector i); exists th; rewrite symmetric in E.
  have Z : H *v th -v unit_vector i = vzero T.
    by apply: inj; rewrite mulmv_sub E; apply: vec_eq => j; rewrite /vsub /vzero; ring.
  by apply: vec_eq => j; have := f_equal (fun v => v j) Z; rewrite /vsub /vzero; lra.
have [f Hf] := finite_function (vzero T) surj.
pose C : mat T T := fun '(q, i) => f i q.
have CH h : C *v (H *v h) = h.
  have HC g : H *v (C *v g) = g.
    apply: vec_eq => p; rewrite /mulmv.
    transitivity (\sum_i (H *v f i) p * g i).
      transitivity (\sum_q \sum_i H (p, q) * (f i q * g i)); first by apply: sum_ext => q; rewrite sum_mull.
      by rewrite sum_exchange; apply: sum_ext => i; rewrite /mulmv sum_mulr; apply: sum_ext => q; ring.
    by rewrite (sum_ext (g := fun i => delta p i * g i)) ?sum_delta // => i; rewrite Hf.
  have Z : C *v (H *v h) -v h = vzero T.
    by apply: inj; rewrite mulmv_sub HC; apply: vec_eq => j; rewrite /vsub /vzero; ring.
  by apply: vec_eq => j; have := f_equal (fun v => v j) Z; rewrite /vsub /vzero; lra.
pose row q : vec T := fun i => C (q, i).
exists (\sum_q dot (row q) (row q) + 1); split.
  have : 0 <= \sum_q dot (row q) (row q) by apply: sum_ge0 => q; exact: dot_ge0.
  lra.
move=> h; have g0 := dot_ge0 (H *v h); rewrite -{1 2}(CH h); set g := H *v h in g0 *.
have : dot (C *v g) (C *v g) <= (\sum_q dot (row q) (row q)) * dot g g.
  by rewrite sum_mulr; apply: sum_le => q; exact: cauchy_schwarz_sqr.
nra.
Qed.

Hypothesis positive : forall h, 0 <= dot h (H *v h).

Lemma form_cauchy_schwarz g h : dot h (H *v g) * dot h (H *v g) <= dot h (H *v h) * dot g (H *v g).
Proof.
set a := dot h (H *v h); set b := dot h (H *v g); set c := dot g (H *v g).
have E t : 0 <= a + 2 * t * b + t * t * c.
  have := positive (h +v t *: g); rewrite mulmv_add mulmv_scale dot_addl !dot_addr !dot_scaler !dot_scalel.
  by rewrite -/a -/b -/c self_adjoint (dotC _ h) -/b; lra.
have c0 : 0 <= c by exact: positive.
have [z|z] := Req_dec c 0.
  have [b0|b0] := Req_dec b 0; first by rewrite b0 z; lra.
  have := E (- (a + 1) / (2 * b)); rewrite z.
  have -> : a + 2 * (- (a + 1) / (2 * b)) * b + - (a + 1) / (2 * b) * (- (a + 1) / (2 * b)) * 0 = -1 by field.
  lra.
have := E (- b / c).
have -> : a + 2 * (- b / c) * b + - b / c * (- b / c) * c = (a * c - b * b) / c by field.
have ci : 0 < / c by apply: Rinv_0_lt_compat; lra.
by rewrite /Rdiv => ?; nra.
Qed.

(** [beta] bounds the quadratic form. *)
Lemma square_bound beta : (forall h, dot h (H *v h) <= beta * dot h h) -> forall h,
  dot (H *v h) (H *v h) <= beta * dot h (H *v h).
Proof.
move=> bound h; have CS := form_cauchy_schwarz (H *v h) h; rewrite (self_adjoint h) in CS.
have B := bound (H *v h); have p := positive h; have g0 := dot_ge0 (H *v h).
set g := dot (H *v h) (H *v h) in CS B g0 *; set a := dot h (H *v h) in CS p *.
have [z|z] := Req_dec g 0.
  have [le|lt] := Rle_lt_dec 0 beta; first by rewrite z; nra.
  by have := bound h; have := dot_ge0 h; rewrite -/a; nra.
have : g * g <= a * (beta * g) by apply: Rle_trans CS _; exact: Rmult_le_compat_l.
by move=> ?; apply: (Rmult_le_reg_r g); lra.
Qed.

End Symmetric.

(** The least bound of the form on vectors of length 1 is an eigenvalue, and no other is larger. *)
Lemma largest_eigenvalue (T : finType) (H : mat T T) (K : R) : H^T = H -> (forall h, 0 <= dot h (H *v h)) ->
  (forall h, dot h (H *v h) <= K * dot h h) -> T -> exists lambda v,
  v <> vzero T /\ H *v v = lambda *: v /\ (forall h, dot h (H *v h) <= lambda * dot h h) /\
  forall mu u, u <> vzero T -> H *v u = mu *: u -> mu <= lambda.
Proof.
move=> symmetric positive HK i0; pose E m := exists h, dot h h = 1 /\ m = dot h (H *v h).
have unit (h : vec T) : dot h h <> 0 -> exists s, 0 < s /\ s * s = dot h h /\ dot (/ s *: h) (/ s *: h) = 1.
  move=> ne; have p : 0 < dot h h by have := dot_ge0 h; lra.
  have s0 := sqrt_lt_R0 _ p; have ss : sqrt (dot h h) * sqrt (dot h h) = dot h h by rewrite sqrt_sqrt; lra.
  move: s0 ss; set s := sqrt _ => s0 ss; exists s; split=> //; split=> //.
  by rewrite dot_scalel dot_scaler -ss; field; lra.
have [||lambda [up least]] := completeness E.
- by exists K => m [h [h1 ->]]; have := HK h; rewrite h1; lra.
- exists (dot (unit_vector i0) (H *v unit_vector i0)), (unit_vector i0); split=> //.
  by rewrite dot_unit /unit_vector delta_same.
have bound h : dot h (H *v h) <= lambda * dot h h.
  have [z|ne] := Req_dec (dot h h) 0.
    by have -> := dot_eq0 z; rewrite /dot !sum_zero => [|i|i]; rewrite /vzero; lra.
  have [s [s0 [ss s1]]] := unit h ne.
  have : dot (/ s *: h) (H *v (/ s *: h)) <= lambda by apply: up; exists (/ s *: h).
  rewrite mulmv_scale dot_scalel dot_scaler -ss => le.
  have -> : dot h (H *v h) = s * s * (/ s * (/ s * dot h (H *v h))) by field; lra.
  by nra.
pose B : mat T T := fun '(i, j) => lambda * delta i j - H (i, j).
have Bv h : B *v h = lambda *: h -v H *v h.
  apply: vec_eq => i; rewrite /mulmv /vsub /vscale -(sum_delta i h) sum_mull -sum_minus.
  by apply: sum_ext => j; rewrite /B; ring.
have Bform h : dot h (B *v h) = lambda * dot h h - dot h (H *v h) by rewrite Bv dot_subr dot_scaler.
have lambda0 : 0 <= lambda.
  have := bound (unit_vector i0); have := positive (unit_vector i0).
  rewrite (dot_unit (unit_vector i0) i0); have -> : unit_vector i0 i0 = 1 by exact: delta_same.
  lra.
have eigen mu u : u <> vzero T -> H *v u = mu *: u -> mu <= lambda.
  move=> ne Eu; have := bound u; rewrite Eu dot_scaler => le.
  have p : 0 < dot u u by case: (dot_ge0 u) => // /esym /dot_eq0.
  by apply: (Rmult_le_reg_r (dot u u)).
have BT : B^T = B.
  apply: mat_eq => i j; rewrite /transpose /B delta_sym; congr (_ - _).
  by have := f_equal (fun A : mat T T => A (i, j)) symmetric.
have Bpos h : 0 <= dot h (B *v h) by rewrite Bform; have := bound h; lra.
have [[v [ne Ev]]|none] : (exists v, v <> vzero T /\ B *v v = vzero T) \/ ~ exists v, v <> vzero T /\ B *v v = vzero T.
    exact: Classical_Prop.classic.
  exists lambda, v; do !split=> //; apply: vec_eq => i.
  by have := f_equal (fun z => z i) Ev; rewrite Bv /vsub /vzero; lra.
have [|m [m0 below]] := bounded_below BT.
  move=> h Eh; case: (Classical_Prop.classic (h = vzero T)) => // ne; case: none; by exists h.
have sq h := square_bound BT Bpos (beta := lambda) _ h.
have {}sq h : dot (B *v h) (B *v h) <= lambda * dot h (B *v h).
  by apply: sq => g; rewrite Bform; have := positive g; lra.
suff : lambda <= lambda - / (m * (lambda + 1)).
  have : 0 < / (m * (lambda + 1)) by apply: Rinv_0_lt_compat; nra.
  lra.
apply: least => _ [h [h1 ->]].
have := below h; have := sq h; have := Bform h; have := Bpos h; rewrite h1; set a := dot h (B *v h) => a0 Ea s1 s2.
have : 1 <= (m * (lambda + 1)) * a by nra.
set M := m * (lambda + 1) => le; have M0 : 0 < M by rewrite /M; nra.
have : / M <= a.
  apply: (Rmult_le_reg_l M) => //; rewrite Rinv_r; lra.
lra.
Qed.

(** ** Descent on a quadratic *)

Lemma lim_sum (T : finType) (a : vec T) (u : nat -> vec T) (l : vec T) :
  (forall i, is_lim_seq (fun t => u t i) (l i)) -> is_lim_seq (fun t => dot a (u t)) (dot a l).
Proof.
move=> L; rewrite /dot; elim: (index_enum T) => [|i s IH].
  by apply: (is_lim_seq_ext (fun _ => 0)) => [t|]; rewrite big_nil //; exact: is_lim_seq_const.
apply: (is_lim_seq_ext (fun t => a i * u t i + \sum_(j <- s) a j * u t j)) => [t|]; first by rewrite big_cons.
rewrite big_cons; apply: is_lim_seq_plus' IH.
exact: is_lim_seq_mult' (is_lim_seq_const _) (L i).
Qed.

(** What tends to a limit in even and in odd steps. *)
Lemma lim_even_odd (u : nat -> R) (l : R) : is_lim_seq (fun k => u k.*2) l -> is_lim_seq (fun k => u k.*2.+1) l ->
  is_lim_seq u l.
Proof.
move=> /is_lim_seq_spec even /is_lim_seq_spec odd; apply/is_lim_seq_spec => eps.
have [N1 H1] := even eps; have [N2 H2] := odd eps; exists (maxn N1 N2).*2.+1 => n /leP le.
have half : (maxn N1 N2 <= n./2)%N by rewrite -(half_double (maxn N1 N2)); apply: half_leq; exact: ltnW.
rewrite -(odd_double_half n); case: (ssrnat.odd n).
- by rewrite add1n; apply: H2; apply/leP; apply: leq_trans half; exact: leq_maxr.
- by rewrite add0n; apply: H1; apply/leP; apply: leq_trans half; exact: leq_maxl.
Qed.

Lemma abs_lt_sqr (x eps : R) : 0 < eps -> x ^ 2 < eps ^ 2 -> Rabs x < eps.
Proof. by move=> e0 lt; split_Rabs; nra. Qed.

Section Quadratic.
Variables (T : finType) (H : mat T T) (lambda r : R) (e : nat -> vec T).
Hypothesis symmetric : H^T = H.
Hypothesis positive : forall h, 0 <= dot h (H *v h).
Hypothesis bound : forall h, dot h (H *v h) <= lambda * dot h h.
Hypothesis lambda0 : 0 < lambda.
Hypothesis rate : 0 < r < 2 / lambda.
Hypothesis step : forall t, e t.+1 = e t -v r *: (H *v e t).

Lemma half_way a b : dot (e a) (e b) = dot (e 0%N) (e (a + b)%N).
Proof.
elim: a b => [//|a IH] b; rewrite addSnnS -IH !step dot_subl dot_subr dot_scalel dot_scaler.
by rewrite self_adjoint.
Qed.

Lemma decrease t : r * (2 - r * lambda) * dot (e t) (H *v e t) <= dot (e t) (e t) - dot (e t.+1) (e t.+1).
Proof.
have sq := square_bound symmetric positive bound (e t); have p := positive (e t).
rewrite step dot_subl !dot_subr !dot_scalel !dot_scaler (dotC (H *v e t)).
set a := dot (e t) (H *v e t) in sq p *; set g := dot (H *v e t) (H *v e t) in sq *.
suff : r * r * g <= r * r * (lambda * a) by lra.
by apply: Rmult_le_compat_l => //; nra.
Qed.

Lemma rate_factor : 0 < r * (2 - r * lambda).
Proof.
case: rate => r0 r2; have : r * lambda < 2 by apply/(Rlt_div_r _ _ _ lambda0).
by move=> ?; apply: Rmult_lt_0_compat; lra.
Qed.

Let m t := dot (e t) (e t).

Lemma lengths_converge : exists l : R, is_lim_seq m l.
Proof.
have [||l L] := @ex_finite_lim_seq_decr m 0; last by exists l.
- move=> t; have d := decrease t; have p := positive (e t); have f := rate_factor.
  have : 0 <= r * (2 - r * lambda) * dot (e t) (H *v e t) by apply: Rmult_le_pos; lra.
  by rewrite /m; lra.
- by move=> t; exact: dot_ge0.
Qed.

Lemma slope_vanishes i : is_lim_seq (fun t => (H *v e t) i) 0.
Proof.
have [l L] := lengths_converge; set f := r * (2 - r * lambda); have f0 : 0 < f := rate_factor.
have D : is_lim_seq (fun t => lambda / f * (m t - m t.+1)) 0.
  have /is_lim_seq_incr_1 L1 := L.
  have := is_lim_seq_mult' _ _ _ _ (is_lim_seq_const (lambda / f)) (is_lim_seq_minus' _ _ _ _ L L1).
  by rewrite Rminus_eq_0 Rmult_0_r.
have sq t : (H *v e t) i ^ 2 <= lambda / f * (m t - m t.+1).
  have g : (H *v e t) i ^ 2 <= dot (H *v e t) (H *v e t).
    rewrite (_ : _ ^ 2 = (H *v e t) i * (H *v e t) i); last by ring.
    by apply: (@sum_ge_term _ i (fun i => (H *v e t) i * (H *v e t) i)) => j; exact: Rle_0_sqr.
  apply: Rle_trans g _; apply: Rle_trans (square_bound symmetric positive bound (e t)) _.
  have d := decrease t; rewrite -/f -/(m t) -/(m t.+1) in d.
  rewrite /Rdiv Rmult_assoc; apply: Rmult_le_compat_l; first lra.
  by apply: (Rmult_le_reg_l f) => //; rewrite -Rmult_assoc Rinv_r; lra.
move/is_lim_seq_spec: D => D; apply/is_lim_seq_spec => eps; have e0 := cond_pos eps.
have e2 : 0 < eps ^ 2 by nra.
have [N HN] := D (mkposreal _ e2); exists N => t lt; have := HN t lt; have := sq t => /= s1.
rewrite !Rminus_0_r => s2.
have s3 : (H *v e t) i ^ 2 < eps ^ 2 by have := Rle_abs (lambda / f * (m t - m t.+1)); rewrite /=; lra.
exact: abs_lt_sqr e0 s3.
Qed.

Lemma errors_converge : exists l : vec T, H *v l = vzero T /\ forall i, is_lim_seq (fun t => e t i) (l i).
Proof.
have [mu L] := lengths_converge.
have even i : exists l : R, is_lim_seq (fun k => e k.*2 i) l.
  suff [l Hl] : ex_finite_lim_seq (fun k => e k.*2 i) by exists l.
  apply/ex_lim_seq_cauchy_corr => eps; have e0 := cond_pos eps.
  move/is_lim_seq_spec: L => L; have e2 : 0 < eps ^ 2 / 4 by nra.
  have [N HN] := L (mkposreal _ e2); exists N => a b aN bN.
  have E : dot (e a.*2 -v e b.*2) (e a.*2 -v e b.*2) = m a.*2 - 2 * m (a + b)%N + m b.*2.
    have middle : dot (e a.*2) (e b.*2) = m (a + b)%N.
      by rewrite /m half_way (half_way (a + b)) -addnn -addnn addnACA.
    by rewrite dot_subl !dot_subr (dotC (e b.*2) (e a.*2)) middle /m; ring.
  have near t : (N <= t)%coq_nat -> Rabs (m t - mu) < eps ^ 2 / 4 by exact: HN.
  have h1 : (N <= a.*2)%coq_nat by apply/leP; apply: leq_trans (introT leP aN) _; rewrite -addnn leq_addr.
  have h2 : (N <= b.*2)%coq_nat by apply/leP; apply: leq_trans (introT leP bN) _; rewrite -addnn leq_addr.
  have h3 : (N <= a + b)%coq_nat by apply/leP; apply: leq_trans (introT leP aN) _; rewrite leq_addr.
  have n1 := near _ h1; have n2 := near _ h2; have n3 := near _ h3.
  have g : (e a.*2 i - e b.*2 i) ^ 2 <= dot (e a.*2 -v e b.*2) (e a.*2 -v e b.*2).
    rewrite (_ : _ ^ 2 = (e a.*2 -v e b.*2) i * (e a.*2 -v e b.*2) i); last by rewrite /vsub; ring.
    apply: (@sum_ge_term _ i (fun i => (e a.*2 -v e b.*2) i * (e a.*2 -v e b.*2) i)) => j; exact: Rle_0_sqr.
  have s3 : (e a.*2 i - e b.*2 i) ^ 2 < eps ^ 2.
    by rewrite E in g; move: n1 n2 n3; split_Rabs; lra.
  exact: abs_lt_sqr e0 s3.
have [l Hl] := finite_function 0 even; exists l.
have all i : is_lim_seq (fun t => e t i) (l i).
  apply: lim_even_odd; first exact: Hl.
  apply: (is_lim_seq_ext (fun k => e k.*2 i - r * (H *v e k.*2) i)) => [k|]; first by rewrite step.
  have Z : is_lim_seq (fun k => (H *v e k.*2) i) 0.
    apply: (is_lim_seq_subseq (fun t => (H *v e t) i) 0 double) (slope_vanishes i).
    by apply: eventually_subseq => k; apply/ltP; rewrite ltn_double.
  have := is_lim_seq_minus' _ _ _ _ (Hl i) (is_lim_seq_mult' _ _ _ _ (is_lim_seq_const r) Z).
  by rewrite Rmult_0_r Rminus_0_r.
split=> //; apply: vec_eq => i.
have := is_lim_seq_unique _ _ (lim_sum (a := fun j => H (i, j)) all).
by rewrite (is_lim_seq_unique _ _ (slope_vanishes i)) => -[].
Qed.

End Quadratic.
