(** * Chapter 6: layers

    Activations are any functions [g] of one number, with [dg] for the derivative; that [z] is not at a kink is the
    hypothesis [is_derive g z (dg z)].  So the theorems hold for the five activations of the text and for others.
    The factor [rho] of a cost is [/ INR N] with [cost = mean] and 1 with [cost = sum]; [c] is 1/2 with
    [squared_error = half] and 1 with [full].  What is claimed for them is claimed for all numbers. *)

From Gradspec Require Import Base Activations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(** ** Definitions *)

(** Column [k] and row [i] of a matrix. *)
Definition column {T S : finType} (A : mat T S) (k : S) : vec T := fun i => A (i, k).
Definition row {T S : finType} (A : mat T S) (i : T) : vec S := fun j => A (i, j).

(** [linear_model.value]: the sum of n + 1 products with [x 0 = 1]; [None] is the index 0. *)
Definition linear_model {n : nat} (w : vec (option_finType (ordinal_finType n))) (x : 'V_n) : R :=
  \sum_i w i * number_before 1 x i.

(** [neuron.value]: pre-activation and activation. *)
Definition weighted_sum {n : nat} (w : 'V_n) (b : R) (x : 'V_n) : R := \sum_i w i * x i + b.
Definition neuron {n : nat} (g : R -> R) (w : 'V_n) (b : R) (x : 'V_n) : R := g (weighted_sum w b x).

(** [perceptron.value]: 1 above the threshold, [kappa] at it, 0 below. *)
Definition perceptron {n : nat} (kappa threshold : R) (w : 'V_n) (b : R) (x : 'V_n) : R :=
  heaviside threshold kappa (weighted_sum w b x).

(** [neuron.cost], with sample [i] in column [i] of [X]. *)
Definition cost_of_neuron {n N : nat} (rho c : R) (g : R -> R) (X : 'M_(n, N)) (y : 'V_N) (w : 'V_n) (b : R) : R :=
  rho * c * (\sum_i (y i - neuron g w b (column X i)) ^ 2).

(** [dense.value], [dense.batch] with samples in columns, [layer.value]. *)
Definition dense {S T : finType} (W : mat T S) (b : vec T) (x : vec S) : vec T := W *v x +v b.
Definition batch_dense {S T K : finType} (W : mat T S) (b : vec T) (X : mat S K) : mat T K :=
  W *m X +v outer b (ones K).
Definition layer {S T : finType} (g : R -> R) (W : mat T S) (b : vec T) (x : vec S) : vec T := elementwise g (dense W b x).

(** [f] with [v] for its value at [l]: a network with other weights or another bias in one layer. *)
(* For Base *)
Definition with_layer {T : nat -> Type} (f : forall l, T l) (l : nat) (v : T l) : forall k, T k :=
  fun k => match PeanoNat.Nat.eq_dec l k with left e => eq_rect l T v k e | right _ => f k end.
Arguments with_layer {T} f l v k.

(** The five elementwise activations of the text, their values, and their derivatives with the values [r] of
    [convention.relu_at_zero] and [l] of [convention.leaky_relu_at_zero]. *)
Inductive activation : Type := Identity | Relu | Leaky_relu (alpha : R) | Sigmoid | Tanh.
Definition value_of (g : activation) : R -> R :=
  match g with
  | Identity => identity_activation
  | Relu => relu
  | Leaky_relu alpha => leaky_relu alpha
  | Sigmoid => sigmoid
  | Tanh => tanh
  end.
Definition slope_of (r l : R) (g : activation) (z : R) : R :=
  match g with
  | Identity => 1
  | Relu => relu_slope r z
  | Leaky_relu alpha => leaky_relu_slope alpha l z
  | Sigmoid => sigmoid z * (1 - sigmoid z)
  | Tanh => 1 - tanh z ^ 2
  end.
Definition at_kink (g : activation) (z : R) : Prop :=
  match g with Relu | Leaky_relu _ => z = 0 | _ => False end.

(** ** One layer of many *)

Lemma with_layer_same (T : nat -> Type) (f : forall l, T l) l (v : T l) : with_layer f l v l = v.
Proof. by rewrite /with_layer; case: PeanoNat.Nat.eq_dec => // e; rewrite (eq_irrelevance e (erefl l)). Qed.

Lemma with_layer_other (T : nat -> Type) (f : forall l, T l) l (v : T l) k : k <> l -> with_layer f l v k = f k.
Proof. by move=> ne; rewrite /with_layer; case: PeanoNat.Nat.eq_dec => // e; case: ne. Qed.

(** ** One neuron *)

(** [linear_model.value]. *)
Theorem linear_model_value : forall (n : nat) (w : vec (option_finType (ordinal_finType n))) (x : 'V_n),
  linear_model w x = first_number w + \sum_i after_first w i * x i /\
  linear_model w x = dense (fun '(_, j) => after_first w j) (fun _ : 'I_1 => first_number w) x i1.
Proof.
move=> n w x; rewrite /dense /vadd /mulmv /linear_model sum_option /number_before /first_number /after_first.
split; ring.
Qed.

(** [perceptron.value]; the last part is the form [shifted]. *)
Theorem perceptron_value : forall (n : nat) (kappa threshold : R) (w : 'V_n) (b : R) (x : 'V_n),
  let z := weighted_sum w b x in
  (z > threshold -> perceptron kappa threshold w b x = 1) /\
  (z = threshold -> perceptron kappa threshold w b x = kappa) /\
  (z < threshold -> perceptron kappa threshold w b x = 0) /\
  z - threshold = \sum_i w i * x i + b * 1 + threshold * (-1) /\
  perceptron kappa threshold w b x = perceptron kappa 0 w (b - threshold) x.
Proof.
move=> n kappa th w b x z.
have E : weighted_sum w (b - th) x = z - th by rewrite /z /weighted_sum; ring.
have F : z - th = \sum_i w i * x i + b * 1 + th * (-1) by rewrite /z /weighted_sum; ring.
rewrite /perceptron E -/z /heaviside; case: Rlt_dec => H1; case: Rlt_dec => H2 /=; try lra;
  do 3!(split; first by [lra|case: Rlt_dec => /=; lra]); split=> //; do 2?case: Rlt_dec => ? /=; lra.
Qed.

(** [neuron.value]. *)
Theorem neuron_value : forall (n : nat) (g : R -> R) (w : 'V_n) (b : R) (x : 'V_n),
  let z := weighted_sum w b x in
  neuron g w b x = g z /\
  z = \sum_i w i * x i + b /\ z = dot w x + b /\ z = dot x w + b /\ z = \sum_i (w .* x) i + b.
Proof. by move=> n g w b x z; split=> //; split=> //; split=> //; split=> //; rewrite dotC. Qed.

Lemma gradient_weighted_sum (n : nat) (w : 'V_n) b x : is_gradient (fun v => weighted_sum v b x) w x.
Proof.
by apply: gradient_ext (gradient_affine x b w) => v; rewrite /weighted_sum -/(dot v x) dotC.
Qed.

(** [neuron.gradients], for any activation. *)
Theorem neuron_gradients_any : forall (n : nat) (g dg : R -> R) (w : 'V_n) (b : R) (x : 'V_n),
  let z := weighted_sum w b x in
  is_derive g z (dg z) ->
  is_gradient (fun w => neuron g w b x) w (dg z *: x) /\ is_derive (fun b => neuron g w b x) b (dg z).
Proof.
move=> n g dg w b x z D; split.
  exact: (@gradient_scalar _ g (fun v => weighted_sum v b x) _ _ _ D (gradient_weighted_sum w b x)).
rewrite /neuron /weighted_sum; rewrite -[dg z]Rmult_1_l.
apply: (is_derive_comp g (fun t => \sum_i w i * x i + t)); first exact: D.
by auto_derive => //; ring.
Qed.

(** [neuron.chain]. *)
Theorem neuron_chain : forall (n : nat) (g dg : R -> R) (w : 'V_n) (b : R) (x : 'V_n),
  let H := w .* x in let S := \sum_i H i in let z := S + b in
  is_derive g z (dg z) ->
  neuron g w b x = g z /\
  is_derive g z (dg z) /\ is_derive (fun s => s + b) S 1 /\
  is_gradient (fun h : 'V_n => \sum_i h i) H (ones _) /\ is_jacobian (fun v => v .* x) w (diag x) /\
  (forall k, dg z * 1 * (\sum_i ones _ i * diag x (i, k)) = dg z * x k) /\
  is_gradient (fun v => neuron g v b x) w (fun k => dg z * 1 * (\sum_i ones _ i * diag x (i, k))).
Proof.
move=> n g dg w b x H S z D.
have E k : dg z * 1 * (\sum_i ones _ i * diag x (i, k)) = dg z * x k.
  by rewrite (@sum_single _ k) => [|i ne]; rewrite /ones /diag ?delta_same ?delta_other //; ring.
do 2!split=> //; split; first by auto_derive.
split.
  by apply: gradient_ext (gradient_dot (ones _) H) => h; apply: sum_ext => i; exact: Rmult_1_l.
split.
  apply: jacobian_eq (jacobian_elementwise (phi := fun i t => t * x i) (d := x) _) _ => // i.
  by auto_derive => //; ring.
by split=> //; have [G _] := @neuron_gradients_any n g dg w b x D; apply: gradient_eq G _ => k; rewrite E.
Qed.

(** ** The cost of one neuron *)

(** [neuron.cost]; that it is the cost of a network of one layer is added in [Networks.v]. *)
Theorem neuron_cost_forms : forall (n N : nat) (rho c : R) (g : R -> R) (X : 'M_(n, N)) (y : 'V_N) (w : 'V_n) (b : R),
  let v := fun i => y i - neuron g w b (column X i) in
  cost_of_neuron rho c g X y w b = rho * c * (\sum_i v i ^ 2) /\
  cost_of_neuron rho c g X y w b = rho * c * (\sum_i (y i - g (weighted_sum w b (column X i))) ^ 2) /\
  cost_of_neuron rho c g X y w b = rho * (\sum_i c * v i ^ 2) /\
  ((0 < N)%N -> cost_of_neuron (/ INR N) (/ 2) g X y w b = / (2 * INR N) * (\sum_i v i ^ 2)) /\
  cost_of_neuron (/ INR N) 1 g X y w b = / INR N * (\sum_i v i ^ 2) /\
  cost_of_neuron rho 1 g X y w b = 2 * cost_of_neuron rho (/ 2) g X y w b.
Proof.
move=> n N rho c g X y w b v; have E r k : cost_of_neuron r k g X y w b = r * k * (\sum_i v i ^ 2) by [].
rewrite !E; do 2!split=> //.
split; first by rewrite -(sum_mull c); ring.
split; last by split; [ring|field].
by move=> N0; field; apply: not_0_INR => H; rewrite H in N0.
Qed.

(** [neuron.cost_gradients], for any activation that is differentiable at the pre-activations. *)
Theorem neuron_cost_gradients_any : forall (n N : nat) (rho c : R) (g dg : R -> R) (X : 'M_(n, N)) (y : 'V_N)
    (w : 'V_n) (b : R),
  let z := fun i => weighted_sum w b (column X i) in
  let v := fun i => y i - g (z i) in
  let d := fun i => (g (z i) - y i) * dg (z i) in
  let dw := (2 * rho * c) *: (fun j => \sum_i v i * (- dg (z i) * X (j, i))) in
  let db := 2 * rho * c * (\sum_i v i * - dg (z i)) in
  ((forall i, is_derive g (z i) (dg (z i))) ->
    is_gradient (fun w => cost_of_neuron rho c g X y w b) w dw /\ is_derive (fun b => cost_of_neuron rho c g X y w b) b db) /\
  dw = (2 * rho * c) *: (X *v d) /\ db = 2 * rho * c * dot (ones _) d /\
  (forall j, dw j = 2 * rho * c * (\sum_i d i * X^T (i, j))) /\
  dw = X *v ((2 * rho * c) *: d) /\ db = dot (ones _) ((2 * rho * c) *: d).
Proof.
move=> n N rho c g dg X y w b z v d dw db.
have Ew : dw = (2 * rho * c) *: (X *v d).
  apply: vec_eq => j; rewrite /dw /vscale; congr (_ * _); apply: sum_ext => i; rewrite /v /d; ring.
have Eb : db = 2 * rho * c * dot (ones _) d.
  by rewrite /db; congr (_ * _); apply: sum_ext => i; rewrite /v /d /ones; ring.
split; last first.
  split=> //; split=> //; split.
    by move=> j; rewrite Ew /vscale; congr (_ * _); apply: sum_ext => i; rewrite /transpose; ring.
  by rewrite Ew mulmv_scale Eb dot_scaler.
move=> D; split.
  have G i := proj1 (@neuron_gradients_any n g dg w b (column X i) (D i)).
  have sq t : is_derive (fun u => u ^ 2) t (2 * t) by auto_derive => //; ring.
  apply: gradient_eq (gradient_scale (rho * c) (gradient_sum (fun i =>
    gradient_scalar (sq _) (gradient_minus (gradient_const (y i) w) (G i))))) _ => j.
  rewrite /dw /vscale sum_mull sum_mull; apply: sum_ext => i; rewrite /v /z /neuron /column; ring.
apply: (proj2 (@gradient_derive (cost_of_neuron rho c g X y w) b db)).
have G i : is_gradient (fun s : 'V_1 => neuron g w (s i1) (column X i)) (fun _ => b) (fun _ => dg (z i)).
  by apply: (proj1 (@gradient_derive (fun s => neuron g w s (column X i)) b _)); exact: (proj2 (@neuron_gradients_any n g dg w b (column X i) (D i))).
have sq t : is_derive (fun u => u ^ 2) t (2 * t) by auto_derive => //; ring.
apply: gradient_eq (gradient_scale (rho * c) (gradient_sum (fun i =>
    gradient_scalar (sq _) (gradient_minus (gradient_const (y i) _) (G i))))) _ => j.
rewrite /db sum_mull sum_mull; apply: sum_ext => i; rewrite /v /z /neuron /column; ring.
Qed.

(** ** A dense layer *)

(** [dense.value]: entry by entry, with [V = W^T], as rows, and with a constant input. *)
Theorem dense_value : forall (m n : nat) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (i : 'I_m),
  dense W b x i = \sum_j W (i, j) * x j + b i /\
  (forall V : 'M_(n, m), V = W^T -> dense W b x i = \sum_j V (j, i) * x j + b i) /\
  dense W b x i = \sum_j x j * W^T (j, i) + b i /\
  dense W b x i = \sum_j number_before (b i) (row W i) j * number_before 1 x j.
Proof.
move=> m n W b x i; split=> //; split; first by move=> V ->.
split.
  by rewrite /dense /vadd /mulmv; congr (_ + _); apply: sum_ext => j; rewrite /transpose; ring.
rewrite sum_option /dense /vadd /mulmv /number_before /row; ring.
Qed.

(** [dense.jacobian_x]. *)
Theorem dense_jacobian_x : forall (m n : nat) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n),
  is_jacobian (fun x => dense W b x) x W /\
  (forall V : 'M_(n, m), is_jacobian (fun x => dense V^T b x) x V^T).
Proof. by move=> m n W b x; split=> [|V]; exact: jacobian_affine. Qed.

(** [dense.jacobian_weights]. *)
Theorem dense_jacobian_weights : forall (m n : nat) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n),
  is_jacobian (fun W => dense W b x) W (fun '(i, (p, q)) => delta i p * x q) /\
  (forall V : 'M_(n, m), is_jacobian (fun V => dense V^T b x) V (fun '(i, (q, p)) => delta i p * x q)).
Proof.
move=> m n W b x; split=> [|V]; apply/jacobian_rows => i; rewrite /dense /vadd.
  apply: gradient_eq (gradient_plus (gradient_sum (fun j => gradient_mult (gradient_entry (i, j) W)
    (gradient_const (x j) W))) (gradient_const (b i) W)) _ => -[p q] /=.
  by rewrite Rplus_0_r (@sum_single _ q) => [|j ne]; rewrite delta_pair ?delta_same ?(delta_other ne); ring.
apply: gradient_eq (gradient_plus (gradient_sum (fun j => gradient_mult (gradient_entry (j, i) V)
    (gradient_const (x j) V))) (gradient_const (b i) V)) _ => -[q p] /=.
by rewrite Rplus_0_r (@sum_single _ q) => [|j ne]; rewrite delta_pair ?delta_same ?(delta_other ne); ring.
Qed.

(** [dense.jacobian_bias]. *)
Theorem dense_jacobian_bias : forall (m n : nat) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n),
  is_jacobian (fun b => dense W b x) b (identity _).
Proof.
move=> m n W b x; apply/jacobian_rows => i.
apply: gradient_eq (gradient_plus (gradient_const ((W *v x) i) b) (gradient_entry i b)) _ => j.
by rewrite Rplus_0_l.
Qed.

(** [dense.gradients]: [V] is [W^T]. *)
Theorem dense_gradients : forall (m n : nat) (S : 'V_m -> R) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (d : 'V_m),
  is_gradient S (dense W b x) d ->
  is_gradient (fun x => S (dense W b x)) x (W^T *v d) /\
  is_gradient (fun W => S (dense W b x)) W (outer d x) /\
  is_gradient (fun V : 'M_(n, m) => S (dense V^T b x)) W^T (outer x d) /\
  is_gradient (fun b => S (dense W b x)) b d.
Proof.
move=> m n S W b x d H.
split; first exact: gradient_comp (proj1 (dense_jacobian_x W b x)) H.
split.
  apply: gradient_eq (gradient_comp (proj1 (dense_jacobian_weights W b x)) H) _ => -[p q].
  by rewrite mulmv_tr (@sum_single _ p) => [|i ne]; rewrite ?delta_same ?(delta_other ne) /outer; ring.
split.
  have H' : is_gradient S (dense (W^T)^T b x) d by rewrite transposeK.
  apply: gradient_eq (gradient_comp (proj2 (dense_jacobian_weights W b x) W^T) H') _ => -[q p].
  by rewrite mulmv_tr (@sum_single _ p) => [|i ne]; rewrite ?delta_same ?(delta_other ne) /outer; ring.
apply: gradient_eq (gradient_comp (dense_jacobian_bias W b x) H) _ => p.
by rewrite mulmv_tr (@sum_single _ p) => [|i ne]; rewrite /identity ?delta_same ?(delta_other ne); ring.
Qed.

(** Every [d] is the gradient of some function. *)
Lemma dense_gradients_satisfiable (m n : nat) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (d : 'V_m) :
  exists S, is_gradient S (dense W b x) d.
Proof. by exists (fun z => dot d z); exact: gradient_dot. Qed.

(** [dense.batch]. *)
Theorem dense_batch : forall (m n N : nat) (W : 'M_(m, n)) (b : 'V_m) (X : 'M_(n, N)),
  (forall k, column (batch_dense W b X) k = dense W b (column X k)) /\
  (batch_dense W b X)^T = X^T *m W^T +v outer (ones _) b /\
  (forall (X' : 'M_(n, N)) k, column X' k = column X k ->
    column (batch_dense W b X') k = column (batch_dense W b X) k).
Proof.
move=> m n N W b X.
have E (Y : 'M_(n, N)) k : column (batch_dense W b Y) k = dense W b (column Y k).
  by apply: vec_eq => i; rewrite /column /batch_dense /dense /vadd /outer /ones Rmult_1_r.
split=> //; split; last by move=> X' k H; rewrite !E H.
by rewrite -transpose_mulmm; apply: mat_eq => k i; rewrite /transpose /batch_dense /vadd /outer Rmult_comm.
Qed.

(** The Jacobians behind [dense.batch_gradients]. *)
Lemma jacobian_batch_x (T S K : finType) (W : mat T S) (b : vec T) (X : mat S K) :
  is_jacobian (fun X => batch_dense W b X) X (fun '((i, k), (j, l)) => W (i, j) * delta k l).
Proof.
apply/jacobian_rows => -[i k].
apply: gradient_eq (gradient_plus (gradient_sum (fun j => gradient_mult (gradient_const (W (i, j)) X)
  (gradient_entry (j, k) X))) (gradient_const (outer b (ones K) (i, k)) X)) _ => -[p q] /=.
by rewrite Rplus_0_r (@sum_single _ p) => [|j ne]; rewrite delta_pair ?delta_same ?(delta_other ne); ring.
Qed.

Lemma jacobian_batch_weights (T S K : finType) (W : mat T S) (b : vec T) (X : mat S K) :
  is_jacobian (fun W => batch_dense W b X) W (fun '((i, k), (p, q)) => delta i p * X (q, k)).
Proof.
apply/jacobian_rows => -[i k].
apply: gradient_eq (gradient_plus (gradient_sum (fun j => gradient_mult (gradient_entry (i, j) W)
  (gradient_const (X (j, k)) W))) (gradient_const (outer b (ones K) (i, k)) W)) _ => -[p q] /=.
by rewrite Rplus_0_r (@sum_single _ q) => [|j ne]; rewrite delta_pair ?delta_same ?(delta_other ne); ring.
Qed.

Lemma jacobian_batch_bias (T S K : finType) (W : mat T S) (b : vec T) (X : mat S K) :
  is_jacobian (fun b => batch_dense W b X) b (fun '((i, k), p) => delta i p).
Proof.
apply/jacobian_rows => -[i k].
apply: gradient_eq (gradient_plus (gradient_const ((W *m X) (i, k)) b) (gradient_mult (gradient_entry i b)
  (gradient_const 1 b))) _ => p /=; ring.
Qed.

Lemma jacobian_transpose (T S : finType) (A : mat T S) :
  is_jacobian (fun A => A^T) A (fun '((j, i), (p, q)) => delta i p * delta j q).
Proof.
apply/jacobian_rows => -[j i]; apply: gradient_eq (gradient_entry (i, j) A) _ => -[p q].
exact: delta_pair.
Qed.

(** The gradient with respect to a transpose is the transpose. *)
Lemma gradient_transpose (T S : finType) (F : mat T S -> R) (A : mat T S) G :
  is_gradient F A G -> is_gradient (fun B => F B^T) A^T G^T.
Proof.
move=> H; have H' : is_gradient F (A^T)^T G by rewrite transposeK.
apply: gradient_eq (gradient_comp (jacobian_transpose A^T) H') _ => -[p q].
rewrite mulmv_tr sum_pair (@sum_single _ q) => [|i ne].
  by rewrite (@sum_single _ p) => [|j ne]; rewrite !delta_same ?(delta_other ne) /transpose; ring.
by apply: sum_zero => j; rewrite (delta_other ne); ring.
Qed.

(** [dense.batch_gradients]: in columns, in rows, and sample by sample. *)
Theorem dense_batch_gradients : forall (m n N : nat) (S : 'M_(m, N) -> R) (W : 'M_(m, n)) (b : 'V_m) (X : 'M_(n, N))
    (D : 'M_(m, N)),
  is_gradient S (batch_dense W b X) D ->
  is_gradient (fun X => S (batch_dense W b X)) X (W^T *m D) /\
  is_gradient (fun W => S (batch_dense W b X)) W (D *m X^T) /\
  is_gradient (fun b => S (batch_dense W b X)) b (D *v ones _) /\
  is_gradient (fun Xr : 'M_(N, n) => S (batch_dense W b Xr^T)) X^T (D^T *m W) /\
  D *m X^T = (D^T)^T *m X^T /\
  is_gradient (fun V : 'M_(n, m) => S (batch_dense V^T b X)) W^T (D *m X^T)^T /\
  (forall k, column (W^T *m D) k = W^T *v column D k) /\
  (D *m X^T = fun p => \sum_k outer (column D k) (column X k) p) /\
  (D *v ones _ = fun i => \sum_k column D k i).
Proof.
move=> m n N S W b X D H.
have GX : is_gradient (fun X => S (batch_dense W b X)) X (W^T *m D).
  apply: gradient_eq (gradient_comp (jacobian_batch_x W b X) H) _ => -[j l].
  rewrite mulmv_tr sum_pair /mulmm; apply: sum_ext => i.
  by rewrite (@sum_single _ l) => [|k ne]; rewrite ?delta_same ?(delta_other ne) /transpose; ring.
have GW : is_gradient (fun W => S (batch_dense W b X)) W (D *m X^T).
  apply: gradient_eq (gradient_comp (jacobian_batch_weights W b X) H) _ => -[p q].
  rewrite mulmv_tr sum_pair (@sum_single _ p) => [|i ne].
    by rewrite /mulmm; apply: sum_ext => k; rewrite delta_same /transpose; ring.
  by apply: sum_zero => k; rewrite (delta_other ne); ring.
split=> //; split=> //; split.
  apply: gradient_eq (gradient_comp (jacobian_batch_bias W b X) H) _ => p.
  rewrite mulmv_tr sum_pair (@sum_single _ p) => [|i ne].
    by rewrite /mulmv; apply: sum_ext => k; rewrite delta_same /ones; ring.
  by apply: sum_zero => k; rewrite (delta_other ne); ring.
split.
  by apply: jacobian_eq (gradient_transpose GX) _; rewrite transpose_mulmm transposeK.
split; first by rewrite transposeK.
split; first exact: (gradient_transpose GW).
split=> //; split; first by apply: mat_eq.
by apply: vec_eq => i; apply: sum_ext => k; rewrite /ones Rmult_1_r.
Qed.

Lemma dense_batch_gradients_satisfiable (m n N : nat) (W : 'M_(m, n)) (b : 'V_m) (X : 'M_(n, N)) (D : 'M_(m, N)) :
  exists S, is_gradient S (batch_dense W b X) D.
Proof. by exists (fun Z => dot D Z); exact: gradient_dot. Qed.

Lemma jacobian_each (T : finType) (g dg : R -> R) (z : vec T) :
  (forall i, is_derive g (z i) (dg (z i))) -> is_jacobian (elementwise g) z (diag (elementwise dg z)).
Proof. exact: (@jacobian_elementwise T (fun _ => g)). Qed.

(** The step back through an elementwise activation. *)
Lemma gradient_each (T : finType) (g dg : R -> R) (F : vec T -> R) (z u : vec T) :
  (forall i, is_derive g (z i) (dg (z i))) -> is_gradient F (elementwise g z) u ->
  is_gradient (fun z => F (elementwise g z)) z (u .* elementwise dg z).
Proof.
move=> D H; apply: gradient_eq (gradient_comp (jacobian_each D) H) _ => j.
by rewrite transpose_diag mulmv_diag /hadamard Rmult_comm.
Qed.

(** [backpropagation.delta]. *)
Theorem backpropagation_delta : forall (m n : nat) (g dg : R -> R) (z : 'V_n) (W : 'M_(m, n)) (b d : 'V_m),
  let before := (W^T *v d) .* elementwise dg z in
  (forall j, before j = (\sum_i W (i, j) * d i) * dg (z j)) /\
  before = diag (elementwise dg z) *v (W^T *v d) /\
  (forall j, before j = \sum_k (\sum_i d i * W (i, k)) * diag (elementwise dg z) (k, j)) /\
  (forall S : 'V_m -> R, (forall j, is_derive g (z j) (dg (z j))) -> is_gradient S (W *v elementwise g z +v b) d ->
    is_gradient (fun z => S (W *v elementwise g z +v b)) z before).
Proof.
move=> m n g dg z W b d before; split=> //; split.
  by rewrite mulmv_diag; apply: vec_eq => j; exact: Rmult_comm.
split.
  move=> j; rewrite (@sum_single _ j) => [|k ne]; rewrite /diag ?delta_same ?(delta_other ne); last ring.
  rewrite /before /hadamard /mulmv /elementwise Rmult_1_l; congr (_ * _); apply: sum_ext => i; exact: Rmult_comm.
move=> S D H; apply: (gradient_each (F := fun a => S (dense W b a))) => //.
exact: gradient_comp (jacobian_affine W b _) H.
Qed.

(** ** A layer with its activation *)

(** [layer.value]. *)
Theorem layer_value : forall (m n : nat) (g : R -> R) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (i : 'I_m),
  layer g W b x = elementwise g (W *v x +v b) /\
  layer g W b x i = g ((W *v x +v b) i) /\
  layer g W b x i = neuron g (row W i) (b i) x /\
  layer g W b x i = g (\sum_j x j * W^T (j, i) + b i).
Proof.
move=> m n g W b x i; do 3!split=> //.
by rewrite /layer /elementwise; congr (g _); exact: (proj1 (proj2 (proj2 (dense_value W b x i)))).
Qed.

(** ** The five activations *)

Lemma activation_derive (r l : R) (g : activation) (z : R) :
  ~ at_kink g z -> is_derive (value_of g) z (slope_of r l g z).
Proof.
case: g => [||alpha||] /= H.
- exact: is_derive_id.
- exact: relu_derive.
- exact: leaky_relu_derive.
- have E := exp_pos (- z); rewrite /sigmoid; auto_derive; first lra.
  by field; lra.
- have E := exp_pos z; have E' := exp_pos (- z); rewrite /tanh; auto_derive; first lra.
  by field; lra.
Qed.

(** A function with a bounded derivative. *)
Lemma lipschitz_derive (f df : R -> R) (K : R) :
  (forall t, is_derive f t (df t)) -> (forall t, Rabs (df t) <= K) -> forall s t, Rabs (f s - f t) <= K * Rabs (s - t).
Proof.
move=> D B s t; have [||c [_ ->]] := MVT_gen f t s df.
- by move=> c _; exact: D.
- by move=> c _; apply/continuity_pt_filterlim; apply: ex_derive_continuous; exists (df c).
by rewrite Rabs_mult; apply: Rmult_le_compat_r; [exact: Rabs_pos|exact: B].
Qed.

Lemma activation_lipschitz (g : activation) :
  exists K, 0 <= K /\ forall s t, Rabs (value_of g s - value_of g t) <= K * Rabs (s - t).
Proof.
case: g => [||alpha||] /=.
- by exists 1; split=> [|s t]; [lra|rewrite /identity_activation; lra].
- by exists 1; split=> [|s t]; [lra|rewrite Rmult_1_l; exact: relu_lipschitz].
- exists (Rabs alpha + Rabs (1 - alpha)); split; first by have := Rabs_pos alpha; have := Rabs_pos (1 - alpha); lra.
  have E z : leaky_relu alpha z = alpha * z + (1 - alpha) * relu z.
    case: (Rle_dec 0 z) => z0; first by rewrite leaky_relu_pos ?relu_pos //; ring.
    by rewrite leaky_relu_neg ?relu_neg; lra.
  move=> s t; rewrite !E.
  have -> : alpha * s + (1 - alpha) * relu s - (alpha * t + (1 - alpha) * relu t) =
    alpha * (s - t) + (1 - alpha) * (relu s - relu t) by ring.
  apply: Rle_trans (Rabs_triang _ _) _; rewrite !Rabs_mult Rmult_plus_distr_r.
  apply: Rplus_le_compat_l; apply: Rmult_le_compat_l; [exact: Rabs_pos|exact: relu_lipschitz].
- exists 1; split; first lra.
  apply: (@lipschitz_derive _ (fun t => sigmoid t * (1 - sigmoid t))) => t.
    exact: (@activation_derive 0 0 Sigmoid).
  have E := exp_pos (- t); have [s0 s1] : 0 < sigmoid t < 1.
    rewrite /sigmoid; split; first by apply: Rdiv_lt_0_compat; lra.
    by apply: (Rmult_lt_reg_r (1 + exp (- t))); [lra|field_simplify; lra].
  by rewrite Rabs_pos_eq; nra.
- exists 1; split; first lra.
  apply: (@lipschitz_derive _ (fun t => 1 - tanh t ^ 2)) => t.
    exact: (@activation_derive 0 0 Tanh).
  have E := exp_pos t; have E' := exp_pos (- t).
  have -> : 1 - tanh t ^ 2 = 4 * exp t * exp (- t) / (exp t + exp (- t)) ^ 2 by rewrite /tanh; field; lra.
  have P : 0 < (exp t + exp (- t)) ^ 2 by nra.
  rewrite Rabs_pos_eq; last by apply: Rle_mult_inv_pos; nra.
  by apply: (Rmult_le_reg_r _ _ _ P); rewrite /Rdiv Rmult_assoc Rinv_l; [have := pow2_ge_0 (exp t - exp (- t)); nra|exact: Rgt_not_eq].
Qed.

(** [neuron.gradients]. *)
Theorem neuron_gradients : forall (n : nat) (g : activation) (r l : R) (w : 'V_n) (b : R) (x : 'V_n),
  let z := weighted_sum w b x in
  (~ at_kink g z ->
    is_gradient (fun w => neuron (value_of g) w b x) w (slope_of r l g z *: x) /\
    is_derive (fun b => neuron (value_of g) w b x) b (slope_of r l g z)) /\
  (z <= 0 -> slope_of 0 l Relu z *: x = vzero _ /\ slope_of 0 l Relu z = 0) /\
  (0 < z -> slope_of 0 l Relu z *: x = x /\ slope_of 0 l Relu z = 1).
Proof.
move=> n g r l w b x z; split; first by move=> H; apply: neuron_gradients_any; exact: activation_derive.
have S0 : z <= 0 -> slope_of 0 l Relu z = 0.
  by move=> H /=; rewrite /relu_slope; case: Rlt_dec => ? //=; case: Rlt_dec => ? //=; lra.
split=> H; first by rewrite S0 //; split=> //; apply: vec_eq => i; rewrite /vscale /vzero; ring.
by rewrite /= relu_slope_pos //; split=> //; apply: vec_eq => i; rewrite /vscale; ring.
Qed.

(** A sum over the active samples. *)
Lemma sum_active (N : nat) (z f : 'I_N -> R) :
  \sum_(i | Rlt_dec 0 (z i)) f i = \sum_i relu_slope 0 (z i) * f i.
Proof.
rewrite big_mkcond; apply: sum_ext => i; rewrite /relu_slope.
by case: Rlt_dec => a /=; case: Rlt_dec => c /=; try case: Rlt_dec => e /=; lra.
Qed.

(** [neuron.cost_gradients]; the last part is relu with [relu_at_zero = 0]. *)
Theorem neuron_cost_gradients : forall (n N : nat) (rho c : R) (g : activation) (r l : R) (X : 'M_(n, N)) (y : 'V_N)
    (w : 'V_n) (b : R),
  let z := fun i => weighted_sum w b (column X i) in
  let v := fun i => y i - value_of g (z i) in
  let d := fun i => (value_of g (z i) - y i) * slope_of r l g (z i) in
  let dw := (2 * rho * c) *: (fun j => \sum_i v i * (- slope_of r l g (z i) * X (j, i))) in
  let db := 2 * rho * c * (\sum_i v i * - slope_of r l g (z i)) in
  ((forall i, ~ at_kink g (z i)) ->
    is_gradient (fun w => cost_of_neuron rho c (value_of g) X y w b) w dw /\
    is_derive (fun b => cost_of_neuron rho c (value_of g) X y w b) b db) /\
  dw = (2 * rho * c) *: (X *v d) /\ db = 2 * rho * c * dot (ones _) d /\
  (forall j, dw j = 2 * rho * c * (\sum_i d i * X^T (i, j))) /\
  dw = X *v ((2 * rho * c) *: d) /\ db = dot (ones _) ((2 * rho * c) *: d) /\
  (g = Relu -> r = 0 ->
    dw = (fun j => 2 * rho * c * (\sum_(i | Rlt_dec 0 (z i)) (z i - y i) * X (j, i))) /\
    db = 2 * rho * c * (\sum_(i | Rlt_dec 0 (z i)) (z i - y i))).
Proof.
move=> n N rho c g r l X y w b z v d dw db.
have [A [Ew [Eb [B [C D]]]]] := @neuron_cost_gradients_any n N rho c (value_of g) (slope_of r l g) X y w b.
split; first by move=> H; apply: A => i; exact: (activation_derive r l (H i)).
do 5!split=> //; move=> {A B C D Ew Eb} Eg Er; rewrite /dw /db => {dw db d}; subst g r; split.
- apply: vec_eq => j; rewrite sum_active /vscale; congr (_ * _); apply: sum_ext => i; rewrite /v /=.
  case: (Rlt_dec 0 (z i)) => zi; first by rewrite relu_pos; lra.
  by rewrite /relu_slope; case: Rlt_dec => ? /=; [ring|case: Rlt_dec => ? /=; [lra|ring]].
- rewrite sum_active; congr (_ * _); apply: sum_ext => i; rewrite /v /=.
  case: (Rlt_dec 0 (z i)) => zi; first by rewrite relu_pos; lra.
  by rewrite /relu_slope; case: Rlt_dec => ? /=; [ring|case: Rlt_dec => ? /=; [lra|ring]].
Qed.

(** ** Through a kink *)

(** [F (g z)] is differentiable if each entry of [z] is off the kink, or does not matter to [F]. *)
Lemma gradient_elementwise_kinks (T : finType) (g dg : R -> R) (K : R) (F : vec T -> R) (z u : vec T) :
  0 <= K -> (forall s t, Rabs (g s - g t) <= K * Rabs (s - t)) ->
  (forall i, is_derive g (z i) (dg (z i)) \/ u i = 0) -> is_gradient F (elementwise g z) u ->
  is_gradient (fun z => F (elementwise g z)) z (u .* elementwise dg z).
Proof.
move=> K0 L D H.
have G1 : is_gradient (fun z => dot u (elementwise g z)) z (u .* elementwise dg z).
  have Gi i : is_gradient (fun z => u i * g (z i)) z (fun j => u i * dg (z i) * delta i j).
    have [Di|u0] := D i.
      have G := gradient_scale (u i) (@gradient_scalar T g (fun z => z i) z _ _ Di (gradient_entry i z)).
      by apply: gradient_eq G _ => j; ring.
    rewrite u0; apply: gradient_eq (gradient_ext _ (gradient_const 0 z)) _ => [z'|j]; ring.
  apply: gradient_eq (gradient_sum Gi) _ => j.
  by rewrite (@sum_single _ j) => [|i ne]; rewrite ?delta_same ?(delta_other ne) /hadamard /elementwise; ring.
have G2 : is_gradient (fun z => F (elementwise g z) - dot u (elementwise g z)) z (vzero T).
  apply/is_gradient_eps => eps e0.
  have [|eta [eta0 He]] := proj1 (is_gradient_eps _ _ _) H (eps / (K + 1)).
    by apply: Rdiv_lt_0_compat; lra.
  exists (eta / (K + 1)); split=> [|h hs]; first by apply: Rdiv_lt_0_compat; lra.
  have h0 := vnorm_ge0 h.
  set a := elementwise g z; set k := elementwise g (z +v h) -v a.
  have kh : vnorm k <= K * vnorm h.
    apply: vnorm_le => [|i]; first by apply: Rmult_le_pos.
    apply: Rle_trans (L _ _) _; apply: Rmult_le_compat_l => //.
    have -> : (z +v h) i - z i = h i by rewrite /vadd; ring.
    exact: vnorm_ge.
  have E : elementwise g (z +v h) = a +v k by apply: vec_eq => i; rewrite /k /vsub /vadd; ring.
  have hk : vnorm k <= eta.
    apply: Rle_trans kh _; have := Rmult_le_compat_l (K + 1) _ _ ltac:(lra) hs.
    have -> : (K + 1) * (eta / (K + 1)) = eta by field; lra.
    lra.
  have := He k hk; rewrite -/a E dot_addr.
  have -> : F (a +v k) - (dot u a + dot u k) - (F a - dot u a) - dot (vzero T) h = F (a +v k) - F a - dot u k.
    have -> : dot (vzero T) h = 0 by apply: sum_zero => i; rewrite /vzero; ring.
    ring.
  move=> lt; apply: Rle_trans lt _.
  have -> : eps * vnorm h = eps / (K + 1) * ((K + 1) * vnorm h) by field; lra.
  by apply: Rmult_le_compat_l; [apply: Rlt_le; apply: Rdiv_lt_0_compat; lra|lra].
apply: gradient_eq (gradient_ext _ (gradient_plus G2 G1)) _ => [z'|j]; rewrite /vzero; ring.
Qed.

(** If [F (g z)] had a gradient at a kink of [g], its two slopes would agree. *)
Lemma kink_no_gradient (T : finType) (g : R -> R) (alpha : R) (F : vec T -> R) (z u : vec T) (i : T) :
  (forall t, 0 <= t -> g t = t) -> (forall t, t <= 0 -> g t = alpha * t) -> alpha <> 1 ->
  z i = 0 -> u i <> 0 -> is_gradient F (elementwise g z) u ->
  ~ exists e, is_gradient (fun z => F (elementwise g z)) z e.
Proof.
move=> gp gn a1 zi ui H [e He].
have [Dr Dl] := proj1 (slopes_derive _ _ _) (derive_direction (unit_vector i) He).
have [Ur _] := proj1 (slopes_derive _ _ _) (derive_direction (unit_vector i) H).
have [_ Ul] := proj1 (slopes_derive _ _ _) (derive_direction (alpha *: unit_vector i) H).
have Ek t k : g t = k * t -> elementwise g (z +v t *: unit_vector i) = elementwise g z +v t *: (k *: unit_vector i).
  move=> Ht; apply: vec_eq => j; rewrite /elementwise /vadd /vscale /unit_vector /delta.
  case: eqP => [->|_]; last by rewrite !Rmult_0_r !Rplus_0_r.
  rewrite zi Rmult_1_r Rplus_0_l Ht (gp 0); [ring|lra].
have E1 : 1 *: unit_vector i = unit_vector i by apply: vec_eq => j; exact: Rmult_1_l.
have Zr : dot e (unit_vector i) = dot u (unit_vector i).
  apply: right_slope_unique Dr _ => eps e0; have [eta [eta0 Hs]] := Ur eps e0; exists eta; split=> // h hb.
  have := Hs h hb; rewrite Rplus_0_l (Ek h 1) ?(Ek 0 1) ?E1 //; first by rewrite gp; lra.
  by rewrite gp; lra.
have Zl : dot e (unit_vector i) = dot u (alpha *: unit_vector i).
  apply: left_slope_unique Dl _ => eps e0; have [eta [eta0 Hs]] := Ul eps e0; exists eta; split=> // h hb.
  have := Hs h hb; rewrite Rplus_0_l (Ek h alpha) ?(Ek 0 alpha) //; first by rewrite gn; lra.
  by rewrite gn; lra.
by move: Zr; rewrite Zl dot_scaler dot_unit; nra.
Qed.

(** [layer.gradients]; [V] is [W^T]. *)
Theorem layer_gradients : forall (m n : nat) (g : activation) (r l : R) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n)
    (u : 'V_m),
  let z := dense W b x in
  let d := u .* elementwise (slope_of r l g) z in
  (forall j, (W^T *v d) j = \sum_i u i * slope_of r l g (z i) * W (i, j)) /\
  (forall p q, outer d x (p, q) = u p * slope_of r l g (z p) * x q) /\
  (forall p, d p = u p * slope_of r l g (z p)) /\
  W^T *v d = (diag (elementwise (slope_of r l g) z) *m W)^T *v u /\
  (forall F : 'V_m -> R, is_gradient F (layer (value_of g) W b x) u ->
    ((forall i, ~ at_kink g (z i) \/ u i = 0) ->
      is_gradient (fun x => F (layer (value_of g) W b x)) x (W^T *v d) /\
      is_gradient (fun W => F (layer (value_of g) W b x)) W (outer d x) /\
      is_gradient (fun V : 'M_(n, m) => F (layer (value_of g) V^T b x)) W^T (outer x d) /\
      is_gradient (fun b => F (layer (value_of g) W b x)) b d) /\
    (forall i, at_kink g (z i) -> u i <> 0 -> g <> Leaky_relu 1 ->
      ~ exists e, is_gradient (fun b => F (layer (value_of g) W b x)) b e)).
Proof.
move=> m n g r l W b x u z d.
split; first by move=> j; rewrite mulmv_tr; apply: sum_ext => i; rewrite /d /hadamard /elementwise; ring.
do 2!split=> //; split.
  by rewrite transpose_mulmm transpose_diag mulmv_mulmm mulmv_diag; congr (_ *v _); apply: vec_eq => i; exact: Rmult_comm.
move=> F H; split=> [K|i kz ui slope1].
  have [k [k0 L]] := activation_lipschitz g.
  apply: (@dense_gradients m n (fun z => F (elementwise (value_of g) z))).
  apply: (@gradient_elementwise_kinks _ _ _ k) => // i.
  by have [ki|u0] := K i; [left; exact: activation_derive|right].
have [alpha [gp gn a1]] : exists alpha, [/\ forall t, 0 <= t -> value_of g t = t,
    forall t, t <= 0 -> value_of g t = alpha * t & alpha <> 1].
  case: g kz slope1 {d H} => [||alpha||] //= _ ne.
    by exists 0; split=> [t|t t0|]; [exact: relu_pos|rewrite relu_neg //; ring|lra].
  exists alpha; split=> [t|t|a1]; [exact: leaky_relu_pos|exact: leaky_relu_neg|by apply: ne; rewrite a1].
have zi : z i = 0 by case: g kz {slope1 d H gp gn} => [||?||].
move=> [e He]; apply: (kink_no_gradient gp gn a1 zi ui H).
exists e.
have E : forall y, F (elementwise (value_of g) y) = F (layer (value_of g) W (y -v W *v x) x).
  by move=> y; congr F; apply: vec_eq => j; rewrite /layer /dense /elementwise /vadd /vsub; congr (value_of g _); ring.
apply: gradient_ext (fun y => esym (E y)) _.
have J : is_jacobian (fun y : 'V_m => y -v W *v x) z (identity _).
  apply: jacobian_eq (jacobian_sub (jacobian_id z) (jacobian_const (W *v x) z)) _.
  by apply: vec_eq => p; rewrite /vsub Rminus_0_r.
have Eb : z -v W *v x = b by apply: vec_eq => j; rewrite /z /dense /vsub /vadd; ring.
have He' : is_gradient (fun c => F (layer (value_of g) W c x)) (z -v W *v x) e by rewrite Eb.
apply: gradient_eq (gradient_comp J He') _ => j.
by rewrite mulmv_tr; exact: sum_delta'.
Qed.

(** A gradient [u] at the activation can be any vector. *)
Lemma layer_gradients_satisfiable (m n : nat) (g : activation) (W : 'M_(m, n)) (b : 'V_m) (x : 'V_n) (u : 'V_m) :
  exists F, is_gradient F (layer (value_of g) W b x) u.
Proof. by exists (fun a => dot u a); exact: gradient_dot. Qed.

(** ** Properties *)

(** [dense.layouts_agree]: the batch of sample [k] alone is the matrix of one column. *)
Theorem dense_layouts_agree : forall (m n N : nat) (W : 'M_(m, n)) (b : 'V_m) (X : 'M_(n, N)) (k : 'I_N),
  let alone : 'M_(n, 1) := fun '(j, _) => X (j, k) in
  column (batch_dense W b X) k = column (batch_dense W b alone) i1 /\
  row (X^T *m W^T +v outer (ones _) b) k = row (alone^T *m W^T +v outer (ones _) b) i1 /\
  row (X^T *m W^T +v outer (ones _) b) k = column (batch_dense W b X) k.
Proof.
move=> m n N W b X k alone.
have [E [R _]] := dense_batch W b X; have [E' [R' _]] := dense_batch W b alone.
by rewrite E E'; split=> //; rewrite -R -R'; split=> //; rewrite -E.
Qed.
