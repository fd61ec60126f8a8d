(** * 8. Tensor form

    The derivatives of every output with respect to every weight and bias of a layer, and the ways to compute them. *)

From Gradspec Require Import Base.

Unset Implicit Arguments.

(** ** Definitions *)

(** The activation of a layer, and what stands for its derivative; at a kink that is the convention's value.
    [each_unit g dg] applies [g] to every entry; [all_units g J] is a function of the whole vector, as the softmax. *)
Inductive unit_function : Type :=
| each_unit (g dg : R -> R)
| all_units (g : forall n, 'V_n -> 'V_n) (J : forall n, 'V_n -> 'M_(n, n)).

Definition activate (f : unit_function) {n : nat} (z : 'V_n) : 'V_n :=
  match f with each_unit g _ => fun i => g (z i) | all_units g _ => g n z end.

(** [g'(z)], and [J(z)], which is [diag (g'(z))] for an elementwise activation. *)
Definition entry_slopes (f : unit_function) {n : nat} (z : 'V_n) : 'V_n :=
  match f with each_unit _ dg => fun i => dg (z i) | all_units _ _ => vzero _ end.
Definition jacobian_at (f : unit_function) {n : nat} (z : 'V_n) : 'M_(n, n) :=
  match f with each_unit _ dg => diag (fun i => dg (z i)) | all_units _ J => J n z end.

(** At [z] what stands for the derivative is the derivative. *)
Definition no_kink (f : unit_function) {n : nat} (z : 'V_n) : Prop :=
  match f with
  | each_unit g dg => forall i, is_derive g (z i) (dg (z i))
  | all_units g J => is_jacobian (g n) z (J n z)
  end.

(** Layers numbered from 1; layer 0 is the input.  The network of [L] layers is the first [L] of them. *)
Record feedforward : Type := Feedforward {
  units : nat -> nat;
  weights : forall l, 'M_(units l, units l.-1);
  biases : forall l, 'V_(units l);
  functions : nat -> unit_function
}.

(** [a^l], [z^l], [gamma^l], [J^l], [D^l] at the sample [x]. *)
Fixpoint a_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'V_(units F l) :=
  match l with
  | 0 => x
  | k.+1 => activate (functions F k.+1) (weights F k.+1 *v a_of x k +v biases F k.+1)
  end.
Definition z_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'V_(units F l) :=
  weights F l *v a_of x l.-1 +v biases F l.
Definition gamma {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'V_(units F l) :=
  entry_slopes (functions F l) (z_of x l).
Definition J_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'M_(units F l, units F l) :=
  jacobian_at (functions F l) (z_of x l).
Definition D_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'M_(units F l, units F l.-1) :=
  J_of x l *m weights F l.

(** [G^l], and [G~^l]. *)
Definition gamma_columns_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'M_(units F l, units F l.-1) :=
  outer (gamma x l) (ones _).
Definition gamma_rows_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) : 'M_(units F l.+1, units F l) :=
  outer (ones _) (gamma x l).

Definition is_elementwise (F : feedforward) (l : nat) : bool :=
  if functions F l is each_unit _ _ then true else false.
(** All layers but the last are elementwise. *)
Definition all_hidden_elementwise (F : feedforward) (L : nat) : Prop := forall k, (1 <= k < L)%N -> is_elementwise F k.
Definition all_elementwise (F : feedforward) (L : nat) : Prop := forall k, (1 <= k <= L)%N -> is_elementwise F k.
(** No pre-activation of the layers 1 to [L] is a kink. *)
Definition no_kinks {F : feedforward} (x : 'V_(units F 0)) (L : nat) : Prop :=
  forall k, (1 <= k <= L)%N -> no_kink (functions F k) (z_of x k).

(** [layer_product A L l] is [A^L A^(L-1) ... A^(l+1)], which for [L = l] is the identity. *)
Definition same_place (m n : nat) : 'M_(m, n) := fun '(i, j) => if (i == j :> nat) then 1 else 0.
Fixpoint layer_product {w : nat -> nat} (A : forall l, 'M_(w l, w l.-1)) (L l : nat) : 'M_(w L, w l) :=
  match L with
  | 0 => same_place _ _
  | k.+1 => if (l <= k)%N then A k.+1 *m layer_product A k l else same_place _ _
  end.

(** [M^l = J^L W^L J^(L-1) ... J^(l+1) W^(l+1) J^l]. *)
Definition M_of {F : feedforward} (x : 'V_(units F 0)) (L l : nat) : 'M_(units F L, units F l) :=
  layer_product (D_of x) L l *m J_of x l.
(** [M^l] and [a^(l-1)] as an array with three axes. *)
Definition T_of {F : feedforward} (x : 'V_(units F 0)) (L l : nat) :
    mat (ordinal_finType (units F L)) (prod_finType (ordinal_finType (units F l)) (ordinal_finType (units F l.-1))) :=
  fun '(i, (p, q)) => M_of x L l (i, p) * a_of x l.-1 q.

(** [K^l], the Jacobian of [z^l] with respect to the weights of layer [l]. *)
Definition K_of {F : feedforward} (x : 'V_(units F 0)) (l : nat) :
    mat (ordinal_finType (units F l)) (prod_finType (ordinal_finType (units F l)) (ordinal_finType (units F l.-1))) :=
  fun '(j, (p, q)) => delta j p * a_of x l.-1 q.

(** The family [f] with [v] at the place [l]; the network with other weights, or with another bias, in layer [l]. *)
Definition replace_at {X : nat -> Type} (f : forall k, X k) (l : nat) (v : X l) : forall k, X k :=
  fun k => match @eqP nat_eqType l k with ReflectT e => eq_rect l X v k e | ReflectF _ => f k end.
Definition with_new_weights (F : feedforward) (l : nat) (V : 'M_(units F l, units F l.-1)) : feedforward :=
  Feedforward (units F) (@replace_at (fun k => 'M_(units F k, units F k.-1)) (weights F) l V) (biases F) (functions F).
Definition with_new_bias (F : feedforward) (l : nat) (v : 'V_(units F l)) : feedforward :=
  Feedforward (units F) (weights F) (@replace_at (fun k => 'V_(units F k)) (biases F) l v) (functions F).

(** [a^k] as a function of the weights [W] and of the bias [b] of layer [l]. *)
Definition a_by_weights {F : feedforward} (x : 'V_(units F 0)) (l : nat) (W : 'M_(units F l, units F l.-1))
  (k : nat) : 'V_(units F k) := a_of (F := with_new_weights F l W) x k.
Definition a_by_bias {F : feedforward} (x : 'V_(units F 0)) (l : nat) (b : 'V_(units F l))
  (k : nat) : 'V_(units F k) := a_of (F := with_new_bias F l b) x k.

(** A choice of one unit in each of the layers [l + n] down to [l + 1], and the product
    [d^(l+n+1)_(i, v_(l+n)) ... d^(l+1)_(v_(l+1), p)] along it. *)
Fixpoint path (w : nat -> nat) (l n : nat) : finType :=
  match n with
  | 0 => unit_finType
  | m.+1 => prod_finType (ordinal_finType (w (m.+1 + l)%N)) (path w l m)
  end.
Fixpoint along {w : nat -> nat} (d : forall l, 'M_(w l, w l.-1)) {l n : nat} :
    'I_(w (n.+1 + l)%N) -> path w l n -> 'I_(w l) -> R :=
  match n with
  | 0 => fun i _ p => d l.+1 (i, p)
  | m.+1 => fun i '(v, rest) p => d (m.+2 + l)%N (i, v) * along d v rest p
  end.

(** The forms of [M^l] that are recursions: [stable] goes down, [forward] goes up. *)
Definition stable_form {F : feedforward} (x : 'V_(units F 0)) (L l : nat) (M : forall k, 'M_(units F L, units F k)) :=
  M L = J_of x L /\
  forall k, (l <= k < L)%N -> M k = (M k.+1 *m weights F k.+1) *m diag (gamma x k).
Definition forward_form {F : feedforward} (x : 'V_(units F 0)) (L l : nat) (R : forall k, 'M_(units F k, units F l)) :=
  R l = J_of x l /\
  forall k, (l < k <= L)%N -> R k = J_of x k *m (weights F k *m R k.-1).
(** A tangent: the derivative [dz] of [z^l] with respect to one number, carried up. *)
Definition tangent_form {F : feedforward} (x : 'V_(units F 0)) (L l : nat) (dz : 'V_(units F l))
    (t : forall k, 'V_(units F k)) :=
  t l = J_of x l *v dz /\
  forall k, (l < k <= L)%N -> t k = J_of x k *v (weights F k *v t k.-1).
(** Backpropagation from the vector [u] in the place of the gradient of the loss. *)
Definition carried_back {F : feedforward} (x : 'V_(units F 0)) (L l : nat) (u : 'V_(units F L))
    (d : forall k, 'V_(units F k)) :=
  d L = (J_of x L)^T *v u /\
  forall k, (l <= k < L)%N -> d k = ((weights F k.+1)^T *v d k.+1) .* gamma x k.

(** ** Lemmas *)

Lemma replace_at_same X f l v : replace_at (X := X) f l v l = v.
Proof. by rewrite /replace_at; case: eqP => // e; rewrite (eq_irrelevance e erefl). Qed.

Lemma replace_at_other X f l v k : l != k -> replace_at (X := X) f l v k = f k.
Proof. by rewrite /replace_at; case: eqP. Qed.

Lemma same_place_identity n : same_place n n = identity _.
Proof. by apply: mat_eq => i j; rewrite /same_place /identity /delta. Qed.

Section Products.
Variables (w : nat -> nat) (A : forall l, 'M_(w l, w l.-1)).

Lemma product_same l : layer_product A l l = identity _.
Proof. by case: l => [|l] /=; rewrite ?ltnn same_place_identity. Qed.

Lemma product_step L l : (l <= L)%N -> layer_product A L.+1 l = A L.+1 *m layer_product A L l.
Proof. by rewrite /= => ->. Qed.

Lemma product_one l : layer_product A l.+1 l = A l.+1.
Proof. by rewrite product_step // product_same mulmm_identity_r. Qed.

(** The factor next to the end. *)
Lemma product_first L l : (l < L)%N -> layer_product A L l = layer_product A L l.+1 *m A l.+1.
Proof.
elim: L => [//|L IH]; rewrite ltnS leq_eqVlt => /orP[/eqP <-|lt].
  by rewrite product_one product_same mulmm_identity_l.
by rewrite (product_step L l (ltnW lt)) (product_step L l.+1 lt) IH // mulmmA.
Qed.

End Products.

Section Network.
Variables (F : feedforward) (x : 'V_(units F 0)).

Lemma a_step l : a_of x l.+1 = activate (functions F l.+1) (z_of x l.+1).
Proof. by []. Qed.

Lemma J_elementwise l : is_elementwise F l -> J_of x l = diag (gamma x l).
Proof. by rewrite /J_of /gamma /is_elementwise; case: (functions F l). Qed.

Lemma activate_jacobian f n (z : 'V_n) : no_kink f z -> is_jacobian (@activate f n) z (jacobian_at f z).
Proof. by case: f => //= g dg H; exact: (@jacobian_elementwise _ (fun _ => g)). Qed.

Lemma M_same l : M_of x l l = J_of x l.
Proof. by rewrite /M_of product_same mulmm_identity_l. Qed.

Lemma M_up L l : (l <= L)%N -> M_of x L.+1 l = J_of x L.+1 *m (weights F L.+1 *m M_of x L l).
Proof. by move=> le; rewrite /M_of product_step // /(D_of x L.+1) !mulmmA. Qed.

Lemma M_down L l : (l < L)%N -> M_of x L l = M_of x L l.+1 *m weights F l.+1 *m J_of x l.
Proof. by move=> lt; rewrite /M_of product_first // /(D_of x l.+1) !mulmmA. Qed.

Lemma w_step l W k : a_by_weights x l W k.+1 = activate (functions F k.+1)
  (replace_at (X := fun k => 'M_(units F k,
    units F k.-1)) (weights F) l W k.+1 *v a_by_weights x l W k +v biases F k.+1).
Proof. by []. Qed.

Lemma b_step l b k : a_by_bias x l b k.+1 = activate (functions F k.+1)
  (weights F k.+1 *v a_by_bias x l b k +v replace_at (X := fun k => 'V_(units F k)) (biases F) l b k.+1).
Proof. by []. Qed.

(** The layers below [l] do not see what is replaced in layer [l]. *)
Lemma a_below_weights l V k : (k < l)%N -> a_by_weights x l V k = a_of x k.
Proof.
elim: k => [//|k IH] lt; rewrite w_step IH; last exact: ltnW.
by rewrite replace_at_other // gtn_eqF.
Qed.

Lemma a_below_bias l v k : (k < l)%N -> a_by_bias x l v k = a_of x k.
Proof.
elim: k => [//|k IH] lt; rewrite b_step IH; last exact: ltnW.
by rewrite replace_at_other // gtn_eqF.
Qed.

(** What enters [z^l] with the Jacobian [K] is handed up with [M^l K]. *)
Lemma jacobian_up (S : finType) (v : vec S) (a : vec S -> forall k, 'V_(units F k)) (l L : nat) (K : mat _ S) :
  (forall u k, (l <= k)%N -> a u k.+1 = activate (functions F k.+1) (weights F k.+1 *v a u k +v biases F k.+1)) ->
  (forall k, (l <= k <= L)%N -> a v k = a_of x k) ->
  no_kinks x L -> (0 < l <= L)%N ->
  is_jacobian (fun u => a u l) v (J_of x l *m K) ->
  is_jacobian (fun u => a u L) v (M_of x L l *m K).
Proof.
move=> up same smooth /andP[l0 lL] base.
suff H k : (l <= k <= L)%N -> is_jacobian (fun u => a u k) v (M_of x k l *m K) by apply: H; rewrite lL leqnn.
elim: k => [|k IH]; first by rewrite leqn0 => /andP[/eqP E]; rewrite E in l0.
rewrite leq_eqVlt => /andP[/orP[/eqP <-|lk] kL]; first by rewrite M_same.
rewrite ltnS in lk; rewrite M_up // (mulmmA (J_of x k.+1)) (mulmmA (weights F k.+1)).
apply: jacobian_ext (_ : is_jacobian (fun u => activate (functions F k.+1)
  (weights F k.+1 *v a u k +v biases F k.+1)) v _) => [u i|]; first by rewrite up.
have Ik : is_jacobian (fun u => a u k) v (M_of x k l *m K) by apply: IH; rewrite lk ltnW.
have Az := jacobian_comp Ik (jacobian_affine (weights F k.+1) (biases F k.+1) (a v k)).
have E : weights F k.+1 *v a v k +v biases F k.+1 = z_of x k.+1 by rewrite same // lk ltnW.
have := smooth k.+1 kL; rewrite /J_of -E => /activate_jacobian.
exact: jacobian_comp Az.
Qed.

End Network.


(** ** The factors *)

Theorem gamma_value : forall (F : feedforward) (x : 'V_(units F 0)) (l : nat) (g dg : R -> R),
  functions F l = each_unit g dg ->
  (forall i, gamma x l i = dg (z_of x l i)) /\
  (forall i, is_derive g (z_of x l i) (dg (z_of x l i)) ->
     is_partial (fun z => activate (functions F l) z i) (z_of x l) i (gamma x l i)) /\
  ((forall i, is_derive g (z_of x l i) (dg (z_of x l i))) ->
     is_jacobian (activate (functions F l)) (z_of x l) (diag (gamma x l))).
Proof.
move=> F x l g dg E; rewrite /gamma E /=; split=> //; split=> [i|H].
- by rewrite /is_partial /replace eqxx.
- exact: (@jacobian_elementwise _ (fun _ => g)).
Qed.

Theorem gamma_columns : forall (F : feedforward) (x : 'V_(units F 0)) (l : nat),
  (forall i j, gamma_columns_of x l (i, j) = gamma x l i) /\
  (forall X : 'M_(units F l, units F l.-1), gamma_columns_of x l .* X = diag (gamma x l) *m X).
Proof.
move=> F x l; rewrite /gamma_columns_of; split=> [i j|X]; first by rewrite /outer /ones; ring.
by apply: mat_eq => i j; rewrite mulmm_diag_l /hadamard /outer /ones; ring.
Qed.

Theorem gamma_rows : forall (F : feedforward) (x : 'V_(units F 0)) (l : nat),
  (forall i p, gamma_rows_of x l (i, p) = gamma x l p) /\
  (forall X : 'M_(units F l.+1, units F l), X .* gamma_rows_of x l = X *m diag (gamma x l)) /\
  (forall i p, (D_of x l.+1 .* gamma_rows_of x l) (i, p) = D_of x l.+1 (i, p) * gamma x l p).
Proof.
move=> F x l; rewrite /gamma_rows_of; split=> [i p|]; first by rewrite /outer /ones; ring.
split=> [X|i p]; first by apply: mat_eq => i p; rewrite mulmm_diag_r /hadamard /outer /ones; ring.
by rewrite /hadamard /outer /ones; ring.
Qed.

(** ** The Jacobians of the output *)

(** The array [M^l] is the Jacobian with respect to the bias, and [T] that with respect to the weights. *)
Theorem output_bias_jacobian_derivative :
  forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat), (1 <= l <= L)%N -> no_kinks x L ->
  is_jacobian (fun b => a_by_bias x l b L) (biases F l) (M_of x L l).
Proof.
move=> F x L l lL smooth; have /andP[l0 _] := lL.
have := @jacobian_up F x _ (biases F l) (fun b k => a_by_bias x l b k) l L (identity _).
rewrite mulmm_identity_r mulmm_identity_r; apply=> // [u k lk|k|].
- by rewrite b_step replace_at_other // ltn_eqF.
- elim: k => [//|k IH] kL; rewrite b_step a_step /z_of /=; congr activate.
  case: (ltnP l k.+1) => [lt|]; first rewrite replace_at_other ?ltn_eqF // IH //.
    by move: lt kL; rewrite ltnS => -> /andP[_ /ltnW].
  rewrite leq_eqVlt => /orP[/eqP E|gt].
  + by move: E kL => <- _; rewrite replace_at_same a_below_bias.
  + by case/andP: kL => le _; move: (leq_trans gt le); rewrite ltnn.
case: l l0 lL => // l _ lL.
have H b : a_by_bias x l.+1 b l.+1 = activate (functions F l.+1) (weights F l.+1 *v a_of x l +v b).
  by rewrite b_step replace_at_same a_below_bias.
apply: jacobian_ext (_ : is_jacobian (fun b => activate (functions F l.+1) (weights F l.+1 *v a_of x l +v b)) _ _)
  => [b i|].
  by rewrite H.
have := smooth l.+1 lL => /activate_jacobian.
have A : is_jacobian (fun b => weights F l.+1 *v a_of x l +v b) (biases F l.+1) (identity _).
  apply: jacobian_ext (jacobian_affine (identity _) (weights F l.+1 *v a_of x l) _) => b i.
  by rewrite mulmv_identity /vadd; ring.
by move/(jacobian_comp A); rewrite mulmm_identity_r.
Qed.

Theorem output_weight_jacobian_derivative :
  forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat), (1 <= l <= L)%N -> no_kinks x L ->
  is_jacobian (fun W => a_by_weights x l W L) (weights F l) (T_of x L l).
Proof.
move=> F x L l lL smooth; have /andP[l0 _] := lL.
have E : T_of x L l = M_of x L l *m K_of x l.
  apply: mat_eq => i [p q]; rewrite /T_of /mulmm /K_of.
  by rewrite -(sum_delta_r' p (fun j => M_of x L l (i, j))) sum_mulr; apply: sum_ext => j; ring.
rewrite E.
apply: (@jacobian_up F x _ (weights F l) (fun W k => a_by_weights x l W k) l L (K_of x l)) => // [u k lk|k|].
- by rewrite w_step replace_at_other // ltn_eqF.
- elim: k => [//|k IH] kL; rewrite w_step a_step /z_of /=; congr activate.
  case: (ltnP l k.+1) => [lt|]; first rewrite replace_at_other ?ltn_eqF // IH //.
    by move: lt kL; rewrite ltnS => -> /andP[_ /ltnW].
  rewrite leq_eqVlt => /orP[/eqP El|gt].
  + by move: El kL => <- _; rewrite replace_at_same a_below_weights.
  + by case/andP: kL => le _; move: (leq_trans gt le); rewrite ltnn.
case: l l0 lL {E} => // l _ lL.
have H W : a_by_weights x l.+1 W l.+1 = activate (functions F l.+1) (W *v a_of x l +v biases F l.+1).
  by rewrite w_step replace_at_same a_below_weights.
apply: jacobian_ext (_ : is_jacobian (fun W => activate (functions F l.+1) (W *v a_of x l +v biases F l.+1)) _ _)
  => [W i|].
  by rewrite H.
have := smooth l.+1 lL => /activate_jacobian.
suff A : is_jacobian (fun W => W *v a_of x l +v biases F l.+1) (weights F l.+1) (K_of x l.+1).
  by move/(jacobian_comp A).
apply: jacobian_ext (jacobian_affine (K_of x l.+1) (biases F l.+1) _) => W i.
rewrite /vadd /mulmv; congr (_ + _).
rewrite (sum_pair (fun pq => K_of x l.+1 (i, pq) * W pq)) (@sum_single _ i) /K_of => [|j ne].
- by apply: sum_ext => q; rewrite delta_same /=; ring.
- by apply: sum_zero => q; rewrite delta_other 1?eq_sym //; ring.
Qed.

(** ** The forms *)

Section Forms.
Variables (F : feedforward) (x : 'V_(units F 0)) (L l : nat).
Hypothesis lL : (1 <= l <= L)%N.

Lemma D_columns k : is_elementwise F k -> M_of x k.+1 k = D_of x k.+1 .* gamma_rows_of x k.
Proof.
move=> e; rewrite (proj1 (proj2 (gamma_rows F x k))) M_down // M_same (J_elementwise _ _ _ e).
by rewrite /(D_of x k.+1).
Qed.

Lemma M_product : is_elementwise F l -> (l.+1 < L)%N ->
  M_of x L l = layer_product (D_of x) L l.+1 *m (D_of x l.+1 .* gamma_rows_of x l).
Proof.
move=> e lt; rewrite -(D_columns l e) /(M_of x L) /(M_of x l.+1) product_first; last exact: ltnW.
by rewrite product_one mulmmA.
Qed.

Lemma stable_is_M M : all_hidden_elementwise F L -> stable_form x L l M -> M l = M_of x L l.
Proof.
move=> he [top down]; have /andP[l0 le] := lL.
suff H n k : k = (L - n)%N -> (l <= k <= L)%N -> M k = M_of x L k by apply: (H (L - l)%N); rewrite ?subKn ?leqnn.
elim: n k => [|n IH] k Ek /andP[lk kL]; first by rewrite Ek subn0 M_same.
move: kL; rewrite leq_eqVlt => /orP[/eqP E|lt]; first by rewrite E M_same.
rewrite down ?lk // M_down // -(J_elementwise _ _ _ (he k _)) ?(leq_trans l0 lk) // (IH k.+1) ?lt ?(leqW lk) //.
have : (0 < L - n.+1)%N by rewrite -Ek (leq_trans l0 lk).
by rewrite subn_gt0 Ek => /ltnW nL; rewrite subnSK.
Qed.

Lemma forward_is_M R : forward_form x L l R -> R L = M_of x L l.
Proof.
move=> [bottom up]; have /andP[l0 le] := lL.
suff H k : (l <= k <= L)%N -> R k = M_of x k l by apply: H; rewrite le leqnn.
elim: k => [|k IH]; first by rewrite leqn0 => /andP[/eqP E]; rewrite E in l0.
rewrite leq_eqVlt => /andP[/orP[/eqP <-|lk] kL]; first by rewrite M_same.
by rewrite up ?lk // M_up // IH // -ltnS lk ltnW.
Qed.

Lemma tangent_up dz t : tangent_form x L l dz t -> forall k, (l <= k <= L)%N -> t k = M_of x k l *v dz.
Proof.
move=> [bottom up]; have /andP[l0 _] := lL.
elim=> [|k IH]; first by rewrite leqn0 => /andP[/eqP E]; rewrite E in l0.
rewrite leq_eqVlt => /andP[/orP[/eqP <-|lk] kL]; first by rewrite M_same.
by rewrite up ?lk // M_up // IH ?mulmv_mulmm // -ltnS lk ltnW.
Qed.

Lemma backpropagated_is_M u d : all_hidden_elementwise F L -> carried_back x L l u d ->
  forall k, (l <= k <= L)%N -> d k = (M_of x L k)^T *v u.
Proof.
move=> he [top down]; have /andP[l0 le] := lL.
suff H n k : k = (L - n)%N -> (l <= k <= L)%N -> d k = (M_of x L k)^T *v u.
  by move=> k kL; apply: (H (L - k)%N); rewrite ?subKn //; case/andP: kL.
elim: n k => [|n IH] k Ek /andP[lk kL]; first by rewrite Ek subn0 M_same.
move: kL; rewrite leq_eqVlt => /orP[/eqP E|lt]; first by rewrite E M_same.
rewrite down ?lk // M_down // (J_elementwise _ _ _ (he k _)) ?(leq_trans l0 lk) // (IH k.+1) ?lt ?(leqW lk) //.
  by rewrite !transpose_mulmm !mulmv_mulmm transpose_diag mulmv_diag; apply: vec_eq => p; exact: Rmult_comm.
have : (0 < L - n.+1)%N by rewrite -Ek (leq_trans l0 lk).
by rewrite subn_gt0 Ek => /ltnW nL; rewrite subnSK.
Qed.

End Forms.

(** The sum over all paths from [p] to [i]: for [n] layers between, [L = l + n + 1]. *)
Lemma product_paths (w : nat -> nat) (d : forall l, 'M_(w l, w l.-1)) l n i p :
  layer_product d (n.+1 + l) l (i, p) = \sum_(v : path w l n) along d i v p.
Proof.
elim: n i => [|n IH] i; first by rewrite product_one (@sum_single _ tt) // => -[].
rewrite (product_step w d (n.+1 + l) l (leq_addl _ _)) (sum_pair (fun v => along d i v p)).
by apply: sum_ext => v; rewrite IH sum_mull.
Qed.

Lemma path_sum (F : feedforward) (x : 'V_(units F 0)) l n i p : is_elementwise F l ->
  M_of x (n.+1 + l) l (i, p) = \sum_(v : path (units F) l n) along (D_of x) i v p * gamma x l p.
Proof. by move=> e; rewrite /M_of (J_elementwise F x l e) mulmm_diag_r product_paths sum_mulr. Qed.

(** With respect to the transposed matrix. *)
Lemma jacobian_of_transposed {m n : nat} {S : finType} (f : 'M_(m, n) -> vec S) (W : 'M_(m, n)) T :
  is_jacobian f W T -> is_jacobian (fun V : 'M_(n, m) => f V^T) W^T (fun '(i, (q, p)) => T (i, (p, q))).
Proof.
move=> H; have K : is_jacobian (fun V : 'M_(n, m) => V^T) W^T (fun '(pq, qp) => delta (pq.2, pq.1) qp).
  by apply/jacobian_rows => -[p q]; exact: gradient_entry.
have H' : is_jacobian f (W^T)^T T by rewrite transposeK.
apply: jacobian_eq (jacobian_comp K H') _; apply: mat_eq => i [q p].
rewrite /mulmm (@sum_single _ (p, q)) => [|[p' q'] ne]; first by rewrite /= delta_same; ring.
rewrite delta_other; first ring.
by apply: contra_neq ne => -[-> ->].
Qed.

(** With [M^l] of the first case that applies, or by any of the further forms. *)
Theorem output_bias_jacobian : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N -> all_hidden_elementwise F L ->
  (no_kinks x L -> is_jacobian (fun b => a_by_bias x l b L) (biases F l) (M_of x L l)) /\
  M_of x l l = J_of x l /\
  (L = l.+1 -> M_of x l.+1 l = D_of x l.+1 .* gamma_rows_of x l /\
               M_of x l.+1 l = D_of x l.+1 *m diag (gamma x l)) /\
  ((l.+2 <= L)%N ->
     M_of x L l = layer_product (D_of x) L l.+1 *m (D_of x l.+1 .* gamma_rows_of x l)) /\
  (forall M, stable_form x L l M -> M l = M_of x L l) /\
  (forall R, forward_form x L l R -> R L = M_of x L l) /\
  (forall n, L = (n.+1 + l)%N -> forall i p, M_of x (n.+1 + l) l (i, p) =
     \sum_(v : path (units F) l n) along (D_of x) i v p * gamma x l p) /\
  (forall p t, tangent_form x L l (unit_vector p) t -> forall i, t L i = M_of x L l (i, p)).
Proof.
move=> F x L l lL he; have /andP[l0 le] := lL; split; first exact: output_bias_jacobian_derivative.
split; first exact: M_same.
split=> [E|].
  have e : is_elementwise F l by apply: he; rewrite l0 E ltnSn.
  by rewrite -(proj1 (proj2 (gamma_rows F x l))) D_columns.
split=> [lt|]; first by apply: M_product => //; apply: he; rewrite l0 ltnW.
split=> [M|]; first exact: stable_is_M.
split=> [R|]; first exact: forward_is_M.
split=> [n E i p|p t H i]; first by apply: path_sum; apply: he; rewrite l0 E addSn ltnS leq_addl.
by rewrite (tangent_up _ _ _ _ lL _ _ H) ?le ?leqnn // mulmv_dot dot_unit.
Qed.

Theorem output_weight_jacobian : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N -> all_hidden_elementwise F L ->
  (no_kinks x L -> is_jacobian (fun W => a_by_weights x l W L) (weights F l) (T_of x L l)) /\
  T_of x L l = (fun '(i, (p, q)) => M_of x L l (i, p) * a_of x l.-1 q) /\
  M_of x l l = J_of x l /\
  (L = l.+1 -> M_of x l.+1 l = D_of x l.+1 .* gamma_rows_of x l /\
               M_of x l.+1 l = D_of x l.+1 *m diag (gamma x l)) /\
  ((l.+2 <= L)%N ->
     M_of x L l = layer_product (D_of x) L l.+1 *m (D_of x l.+1 .* gamma_rows_of x l)) /\
  (forall M, stable_form x L l M -> M l = M_of x L l) /\
  (forall R, forward_form x L l R -> R L = M_of x L l) /\
  (forall n, L = (n.+1 + l)%N -> forall i p, M_of x (n.+1 + l) l (i, p) =
     \sum_(v : path (units F) l n) along (D_of x) i v p * gamma x l p) /\
  (forall p q t, tangent_form x L l (a_of x l.-1 q *: unit_vector p) t -> forall i, t L i = T_of x L l (i, (p, q))) /\
  (* in_out *) (no_kinks x L -> is_jacobian (fun V => a_by_weights x l V^T L) (weights F l)^T
    (fun '(i, (q, p)) => T_of x L l (i, (p, q)))).
Proof.
move=> F x L l lL he; have /andP[l0 le] := lL.
have [_ [? [? [? [? [? [? _]]]]]]] := output_bias_jacobian F x L l lL he.
split; first exact: output_weight_jacobian_derivative.
do 7!split=> //.
split=> [p q t H i|smooth]; last exact: jacobian_of_transposed (output_weight_jacobian_derivative F x L l lL smooth).
rewrite (tangent_up _ _ _ _ lL _ _ H) ?le ?leqnn // mulmv_scale /vscale mulmv_dot dot_unit.
by rewrite /T_of; ring.
Qed.

(** The recursions have solutions, and no network is without points where they are derivatives. *)
Lemma output_bias_jacobian_satisfiable : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N -> all_hidden_elementwise F L ->
  (exists M, stable_form x L l M) /\ (exists R, forward_form x L l R) /\
  (forall dz, exists t, tangent_form x L l dz t) /\ (forall u, exists d, carried_back x L l u d).
Proof.
move=> F x L l /andP[l0 le] he; split.
  exists (M_of x L); split=> [|k /andP[lk kL]]; first exact: M_same.
  by rewrite M_down // J_elementwise // he // kL (leq_trans l0 lk).
split.
  by exists (fun k => M_of x k l); split=> [|[//|k] /andP[lk kL]]; [exact: M_same|rewrite M_up].
split=> [dz|u].
  exists (fun k => M_of x k l *v dz); split=> [|[//|k] /andP[lk kL]]; first by rewrite M_same.
  by rewrite M_up // !mulmv_mulmm.
exists (fun k => (M_of x L k)^T *v u); split=> [|k /andP[lk kL]]; first by rewrite M_same.
rewrite M_down // J_elementwise ?he ?kL ?(leq_trans l0 lk) //.
by rewrite !transpose_mulmm !mulmv_mulmm transpose_diag mulmv_diag; apply: vec_eq => p; exact: Rmult_comm.
Qed.

Lemma no_kinks_satisfiable : forall L l : nat, (1 <= l <= L)%N ->
  exists (F : feedforward) (x : 'V_(units F 0)), all_elementwise F L /\ all_hidden_elementwise F L /\ no_kinks x L.
Proof.
move=> L l _; exists (Feedforward (fun _ => 1%N) (fun _ _ => 1) (fun _ _ => 0) (fun _ => each_unit id (fun _ => 1))).
by exists (fun _ => 1); split; [|split] => // k _ i /=; exact: is_derive_id.
Qed.

(** ** The same as sums *)

(** Built from the inside out, [y] standing for what an activation multiplies with [gamma^k] or [J^k]. *)
Theorem output_weight_nested_sum : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat) p q
  (T : forall k, 'V_(units F k)), (1 <= l <= L)%N ->
  T l = J_of x l *v (fun v => \sum_r delta v p * delta r q * a_of x l.-1 r) ->
  (forall k, (l < k <= L)%N -> T k = J_of x k *v (fun v => \sum_j weights F k (v, j) * T k.-1 j)) ->
  (forall i, T L i = T_of x L l (i, (p, q))) /\
  (no_kinks x L -> forall k, (l <= k <= L)%N -> forall v,
     is_partial (fun W => a_by_weights x l W k v) (weights F l) (p, q) (T k v)) /\
  (forall k y v, is_elementwise F k -> (J_of x k *v y) v = gamma x k v * y v).
Proof.
move=> F x L l p q T lL bottom up; have /andP[l0 le] := lL.
have tf : tangent_form x L l (a_of x l.-1 q *: unit_vector p) T.
  split=> [|k kL]; last by rewrite up.
  rewrite bottom; congr mulmv; apply: vec_eq => v.
  by rewrite -(sum_delta' q (a_of x l.-1)) /vscale /unit_vector sum_mulr; apply: sum_ext => r; ring.
have H k i : (l <= k <= L)%N -> T k i = T_of x k l (i, (p, q)).
  move=> kL; rewrite (tangent_up _ _ _ _ lL _ _ tf) // mulmv_scale /vscale mulmv_dot dot_unit /T_of; ring.
split=> [i|]; first by rewrite H // le leqnn.
split=> [smooth k kL v|k y v e]; last by rewrite J_elementwise // mulmv_diag.
rewrite H //; have /andP[lk kL'] := kL.
have kk : no_kinks x k by move=> j /andP[j0 jk]; apply: smooth; rewrite j0 (leq_trans jk).
by apply: (@jacobian_partial _ _ (fun W => a_by_weights x l W k)); apply: output_weight_jacobian_derivative;
  rewrite ?l0.
Qed.

Theorem output_bias_nested_sum : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat) p
  (B : forall k, 'V_(units F k)), (1 <= l <= L)%N ->
  B l = J_of x l *v (fun v => delta v p) ->
  (forall k, (l < k <= L)%N -> B k = J_of x k *v (fun v => \sum_j weights F k (v, j) * B k.-1 j)) ->
  (forall i, B L i = M_of x L l (i, p)) /\
  (no_kinks x L -> forall k, (l <= k <= L)%N -> forall v,
     is_partial (fun b => a_by_bias x l b k v) (biases F l) p (B k v)) /\
  (forall k y v, is_elementwise F k -> (J_of x k *v y) v = gamma x k v * y v).
Proof.
move=> F x L l p B lL bottom up; have /andP[l0 le] := lL.
have tf : tangent_form x L l (unit_vector p) B by split=> [|k kL]; [exact: bottom|exact: up].
have H k i : (l <= k <= L)%N -> B k i = M_of x k l (i, p).
  by move=> kL; rewrite (tangent_up _ _ _ _ lL _ _ tf) // mulmv_dot dot_unit.
split=> [i|]; first by rewrite H // le leqnn.
split=> [smooth k kL v|k y v e]; last by rewrite J_elementwise // mulmv_diag.
rewrite H //; have /andP[lk kL'] := kL.
have kk : no_kinks x k by move=> j /andP[j0 jk]; apply: smooth; rewrite j0 (leq_trans jk).
by apply: (@jacobian_partial _ _ (fun b => a_by_bias x l b k)); apply: output_bias_jacobian_derivative; rewrite ?l0.
Qed.

Lemma output_nested_sum_satisfiable : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat) p q,
  (1 <= l <= L)%N ->
  (exists T : forall k, 'V_(units F k),
    T l = J_of x l *v (fun v => \sum_r delta v p * delta r q * a_of x l.-1 r) /\
    forall k, (l < k <= L)%N -> T k = J_of x k *v (fun v => \sum_j weights F k (v, j) * T k.-1 j)) /\
  (exists B : forall k, 'V_(units F k),
    B l = J_of x l *v (fun v => delta v p) /\
    forall k, (l < k <= L)%N -> B k = J_of x k *v (fun v => \sum_j weights F k (v, j) * B k.-1 j)).
Proof.
move=> F x L l p q /andP[l0 le].
have H (dz : 'V_(units F l)) : exists t : forall k, 'V_(units F k), t l = J_of x l *v dz /\
    forall k, (l < k <= L)%N -> t k = J_of x k *v (weights F k *v t k.-1).
  exists (fun k => M_of x k l *v dz); split=> [|[//|k] /andP[lk kL]]; first by rewrite M_same.
  by rewrite M_up // !mulmv_mulmm.
by split; exact: H.
Qed.

Theorem output_bias_path_sum : forall (F : feedforward) (x : 'V_(units F 0)) (l : nat), (1 <= l)%N ->
  (forall i p, M_of x l l (i, p) = J_of x l (i, p)) /\
  (is_elementwise F l -> forall i p, M_of x l l (i, p) = gamma x l i * delta i p) /\
  (is_elementwise F l -> forall i p, M_of x l.+1 l (i, p) = D_of x l.+1 (i, p) * gamma x l p) /\
  (forall n, all_hidden_elementwise F (n.+1 + l) -> forall i p,
     M_of x (n.+1 + l) l (i, p) = \sum_(v : path (units F) l n) along (D_of x) i v p * gamma x l p) /\
  (forall k, is_elementwise F k -> forall i j, D_of x k (i, j) = gamma x k i * weights F k (i, j)).
Proof.
move=> F x l l0; split=> [i p|]; first by rewrite M_same.
split=> [e i p|]; first by rewrite M_same J_elementwise // /diag Rmult_comm.
split=> [e i p|].
  by rewrite M_down // M_same (J_elementwise F x l e) -/(D_of x l.+1) mulmm_diag_r.
split=> [n he i p|k e i j]; last by rewrite /D_of J_elementwise // mulmm_diag_l.
have e : is_elementwise F l by apply: he; rewrite l0 addSn ltnS leq_addl.
exact: path_sum.
Qed.

Theorem output_weight_path_sum : forall (F : feedforward) (x : 'V_(units F 0)) (l : nat), (1 <= l)%N ->
  (forall i p q, T_of x l l (i, (p, q)) = J_of x l (i, p) * a_of x l.-1 q) /\
  (is_elementwise F l -> forall i p q, T_of x l l (i, (p, q)) = gamma x l i * delta i p * a_of x l.-1 q) /\
  (is_elementwise F l -> forall i p q,
     T_of x l.+1 l (i, (p, q)) = D_of x l.+1 (i, p) * gamma x l p * a_of x l.-1 q) /\
  (forall n, all_hidden_elementwise F (n.+1 + l) -> forall i p q,
     T_of x (n.+1 + l) l (i, (p, q)) =
     \sum_(v : path (units F) l n) along (D_of x) i v p * gamma x l p * a_of x l.-1 q) /\
  (forall k, is_elementwise F k -> forall i j, D_of x k (i, j) = gamma x k i * weights F k (i, j)).
Proof.
move=> F x l l0; have [H1 [H2 [H3 [H4 H5]]]] := output_bias_path_sum F x l l0; rewrite /T_of.
split=> [i p q|]; first by rewrite H1.
split=> [e i p q|]; first by rewrite H2.
split=> [e i p q|]; first by rewrite H3.
by split=> [n he i p q|//]; rewrite H4 // sum_mulr.
Qed.

(** The number of paths. *)
Lemma along_ones (w : nat -> nat) (d : forall l, 'M_(w l, w l.-1)) l n i v p :
  (forall k e, d k e = 1) -> along (n := n) (l := l) d i v p = 1.
Proof.
move=> d1; elim: n i v => [|n IH] i v /=; first exact: d1.
by case: v => a b; rewrite d1 IH; ring.
Qed.

Theorem output_path_count : forall (w : nat -> nat) (l n : nat),
  #|path w l n| = (\prod_(l.+1 <= k < n.+1 + l) w k)%N /\
  (forall (F : feedforward) (x : 'V_(units F 0)),
     (1 <= l)%N -> (forall k, functions F k = each_unit id (fun _ => 1)) ->
     (forall k e, weights F k e = 1) ->
     let paths := INR #|path (units F) l n| in
     (forall i p, M_of x (n.+1 + l) l (i, p) = paths) /\
     (forall i p, M_of x l l (i, p) = delta i p) /\
     is_jacobian (fun b => a_by_bias x l b (n.+1 + l)) (biases F l) (fun '(i, p) => paths) /\
     is_jacobian (fun b => a_by_bias x l b l) (biases F l) (fun '(i, p) => delta i p) /\
     is_jacobian (fun W => a_by_weights x l W (n.+1 + l)) (weights F l)
       (fun '(i, (p, q)) => paths * a_of x l.-1 q) /\
     is_jacobian (fun W => a_by_weights x l W l) (weights F l)
       (fun '(i, (p, q)) => delta i p * a_of x l.-1 q)).
Proof.
move=> w l n; split.
  elim: n => [|n IH]; first by rewrite /= card_unit big_geq.
  have le : (l.+1 <= n.+1 + l)%N by rewrite addSn ltnS leq_addl.
  rewrite card_prod card_ord IH (addSn n.+1 l) (big_nat_recr _ _ _ le); exact: mulnC.
move=> F x l0 fid w1 paths.
have he k : is_elementwise F k by rewrite /is_elementwise fid.
have g1 k v : gamma x k v = 1 by rewrite /gamma fid.
have [_ [H0 [_ [H D]]]] := output_bias_path_sum F x l l0.
have d1 k e : D_of x k e = 1 by case: e => a b; rewrite D // g1 w1; ring.
have E i p : M_of x (n.+1 + l) l (i, p) = paths.
  rewrite H; last by move=> k _; exact: he.
  transitivity (\sum_(v : path (units F) l n) 1); last by rewrite sum_const /paths; ring.
  by apply: sum_ext => v; rewrite g1 Rmult_1_r; exact: along_ones.
have E0 i p : M_of x l l (i, p) = delta i p by rewrite H0 ?he // g1; ring.
have smooth L : no_kinks x L by move=> k _; rewrite fid => v; exact: is_derive_id.
have lL : (1 <= l <= n.+1 + l)%N by rewrite l0 leq_addl.
have ll : (1 <= l <= l)%N by rewrite l0 leqnn.
split=> //; split=> //.
split; first by apply: jacobian_eq (output_bias_jacobian_derivative F x _ _ lL (smooth _)) _; apply: mat_eq => i p.
split; first by apply: jacobian_eq (output_bias_jacobian_derivative F x _ _ ll (smooth _)) _; apply: mat_eq => i p.
split.
  apply: jacobian_eq (output_weight_jacobian_derivative F x _ _ lL (smooth _)) _.
  by apply: mat_eq => i [p q]; rewrite /T_of E.
apply: jacobian_eq (output_weight_jacobian_derivative F x _ _ ll (smooth _)) _.
by apply: mat_eq => i [p q]; rewrite /T_of E0.
Qed.
