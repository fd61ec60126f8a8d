(** * 8. Tensor form, second part: the layers, full Jacobians, backpropagation from the outputs, aggregation *)

From Gradspec Require Export Base Activations Activations_Softmax TensorForm.

Unset Implicit Arguments.

(** ** Definitions *)

(** The softmax as the activation of a layer, with the matrix of [softmax.jacobian]. *)
Definition softmax_unit : unit_function :=
  all_units (fun n => @softmax (ordinal_finType n))
            (fun n z '(i, j) => softmax z i * (delta i j - softmax z j)).

(** Column [j] of a matrix. *)
Definition column_of {S T : finType} (A : mat S T) (j : T) : vec S := fun i => A (i, j).

(** ** The layers *)

(** At a softmax no point is a kink. *)
Lemma softmax_no_kink n (z : 'V_n) : no_kink softmax_unit z.
Proof. exact: (proj1 (softmax_jacobian z)). Qed.

Theorem layer_jacobian : forall (F : feedforward) (x : 'V_(units F 0)) (l : nat),
  (functions F l = softmax_unit ->
     D_of x l = (fun '(i, j) => softmax (z_of x l) i * (delta i j - softmax (z_of x l) j)) *m weights F l /\
     (forall j, is_vjp softmax (z_of x l) (column_of (weights F l) j) (column_of (D_of x l) j))) /\
  (is_elementwise F l ->
     D_of x l = gamma_columns_of x l .* weights F l /\ D_of x l = diag (gamma x l) *m weights F l /\
     (forall i j, D_of x l (i, j) = gamma x l i * weights F l (i, j))) /\
  (no_kink (functions F l) (z_of x l) ->
     is_jacobian (fun a => activate (functions F l) (weights F l *v a +v biases F l)) (a_of x l.-1) (D_of x l)).
Proof.
move=> F x l; split=> [E|].
  have HD : D_of x l = (fun '(i, j) => softmax (z_of x l) i * (delta i j - softmax (z_of x l) j)) *m weights F l.
    by rewrite /D_of /J_of E.
  split=> // j; exists (fun '(i, j) => softmax (z_of x l) i * (delta i j - softmax (z_of x l) j)).
  split; first exact: (proj1 (softmax_jacobian _)).
  rewrite HD; apply: vec_eq => i; apply: sum_ext => m; rewrite /transpose /column_of /=.
  by rewrite delta_sym /delta; case: eqP => [->|_]; ring.
split=> [e|smooth]; last first.
  exact: (jacobian_comp (jacobian_affine (weights F l) (biases F l) _) (activate_jacobian _ _ _ smooth)).
have DE : D_of x l = diag (gamma x l) *m weights F l by rewrite /D_of J_elementwise.
split; first by rewrite (proj2 (gamma_columns F x l)).
by split=> // i j; rewrite DE mulmm_diag_l.
Qed.

(** ** The same by full Jacobians and by backpropagation *)

(** Whatever the activations are. *)
Theorem output_weight_full_jacobians : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N ->
  T_of x L l = layer_product (fun k => J_of x k *m weights F k) L l *m J_of x l *m K_of x l /\
  T_of x l l = J_of x l *m K_of x l /\
  (no_kinks x L -> is_jacobian (fun W => a_by_weights x l W L) (weights F l)
     (layer_product (fun k => J_of x k *m weights F k) L l *m J_of x l *m K_of x l)).
Proof.
move=> F x L l lL.
have E k : T_of x k l = M_of x k l *m K_of x l.
  apply: mat_eq => i [p q]; rewrite /T_of /mulmm /K_of.
  by rewrite -(sum_delta_r' p (fun j => M_of x k l (i, j))) sum_mulr; apply: sum_ext => j; ring.
split; first exact: E.
split; first by rewrite E M_same.
by move=> smooth; have := output_weight_jacobian_derivative F x L l lL smooth; rewrite E.
Qed.

Theorem output_bias_full_jacobians : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N ->
  M_of x L l = layer_product (fun k => J_of x k *m weights F k) L l *m J_of x l /\
  M_of x l l = J_of x l /\
  (no_kinks x L -> is_jacobian (fun b => a_by_bias x l b L) (biases F l)
     (layer_product (fun k => J_of x k *m weights F k) L l *m J_of x l)).
Proof.
move=> F x L l lL; split=> //; split; first exact: M_same.
exact: output_bias_jacobian_derivative.
Qed.

Theorem output_bias_backpropagated : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N -> all_hidden_elementwise F L ->
  forall i d, carried_back x L l (unit_vector i) d -> forall p, M_of x L l (i, p) = d l p.
Proof.
move=> F x L l lL he i d H p; have /andP[l0 le] := lL.
rewrite (backpropagated_is_M _ _ _ _ lL _ _ he H) ?leqnn ?le //.
by rewrite mulmv_dot dot_unit.
Qed.

Theorem output_weight_backpropagated : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N -> all_hidden_elementwise F L ->
  forall i d, carried_back x L l (unit_vector i) d ->
  forall p q, T_of x L l (i, (p, q)) = d l p * a_of x l.-1 q.
Proof. by move=> F x L l lL he i d H p q; rewrite /T_of (output_bias_backpropagated F x L l lL he i d H). Qed.

Lemma output_backpropagated_satisfiable : forall (F : feedforward) (x : 'V_(units F 0)) (L l : nat),
  (1 <= l <= L)%N -> all_hidden_elementwise F L -> forall i, exists d, carried_back x L l (unit_vector i) d.
Proof. by move=> F x L l lL he i; have [_ [_ [_ H]]] := output_bias_jacobian_satisfiable F x L l lL he. Qed.

(** The output as a function of the input. *)
Lemma input_jacobian (F : feedforward) (x : 'V_(units F 0)) (L : nat) : no_kinks x L ->
  is_jacobian (fun x => a_of x L) x (layer_product (D_of x) L 0).
Proof.
elim: L => [|L IH] smooth; first by rewrite product_same; exact: jacobian_id.
have kk : no_kinks x L by move=> k /andP[k0 kL]; apply: smooth; rewrite k0 ltnW.
rewrite product_step //.
exact: (jacobian_comp (IH kk) (proj2 (proj2 (layer_jacobian F x L.+1)) (smooth L.+1 (leqnn _)))).
Qed.

(** Nothing is replaced where the old weights or the old bias are put in. *)
Lemma same_weights (F : feedforward) (x : 'V_(units F 0)) l k : a_by_weights x l (weights F l) k = a_of x k.
Proof.
rewrite /a_by_weights /with_new_weights.
have -> : replace_at (X := fun k => 'M_(units F k, units F k.-1)) (weights F) l (weights F l) = weights F.
  apply: functional_extensionality_dep => m.
  by case: (altP (l =P m)) => [<-|ne]; [rewrite replace_at_same|rewrite replace_at_other].
by case: F x.
Qed.

Lemma same_bias (F : feedforward) (x : 'V_(units F 0)) l k : a_by_bias x l (biases F l) k = a_of x k.
Proof.
rewrite /a_by_bias /with_new_bias.
have -> : replace_at (X := fun k => 'V_(units F k)) (biases F) l (biases F l) = biases F.
  apply: functional_extensionality_dep => m.
  by case: (altP (l =P m)) => [<-|ne]; [rewrite replace_at_same|rewrite replace_at_other].
by case: F x.
Qed.

Theorem output_aggregation_sums : forall (F : feedforward) (x : 'V_(units F 0)) (L : nat) (u : 'V_(units F L)) d,
  (1 <= L)%N -> all_hidden_elementwise F L -> carried_back x L 1 u d ->
  (forall j, \sum_i u i * layer_product (D_of x) L 0 (i, j) = ((weights F 1)^T *v d 1%N) j) /\
  (forall l, (1 <= l <= L)%N ->
     (forall p q, \sum_i u i * T_of x L l (i, (p, q)) = d l p * a_of x l.-1 q) /\
     (forall p, \sum_i u i * M_of x L l (i, p) = d l p) /\ d l = (M_of x L l)^T *v u) /\
  (forall loss : 'V_(units F L) -> R, is_gradient loss (a_of x L) u -> no_kinks x L ->
     is_gradient (fun x => loss (a_of x L)) x ((weights F 1)^T *v d 1%N) /\
     (forall l, (1 <= l <= L)%N ->
        is_gradient (fun W => loss (a_by_weights x l W L)) (weights F l) (outer (d l) (a_of x l.-1)) /\
        is_gradient (fun b => loss (a_by_bias x l b L)) (biases F l) (d l))).
Proof.
move=> F x L u d L0 he H.
have dM l : (1 <= l <= L)%N -> d l = (M_of x L l)^T *v u.
  by apply: (backpropagated_is_M _ _ _ _ _ _ _ he H); rewrite L0.
have PM : layer_product (D_of x) L 0 = M_of x L 1 *m weights F 1.
  by rewrite /M_of (product_first _ _ L 0 L0) mulmmA.
have Hx : (layer_product (D_of x) L 0)^T *v u = (weights F 1)^T *v d 1%N.
  by rewrite PM transpose_mulmm mulmv_mulmm dM ?L0.
have Hp l p : (1 <= l <= L)%N -> \sum_i u i * M_of x L l (i, p) = d l p.
  by move=> lL; rewrite dM //; apply: sum_ext => i; exact: Rmult_comm.
have Hpq l p q : (1 <= l <= L)%N -> \sum_i u i * T_of x L l (i, (p, q)) = d l p * a_of x l.-1 q.
  by move=> lL; rewrite -Hp // sum_mulr; apply: sum_ext => i; rewrite /T_of; ring.
split=> [j|]; first by rewrite -Hx; apply: sum_ext => i; exact: Rmult_comm.
split=> [l lL|loss Hl smooth].
  by split=> [p q|]; [exact: Hpq|split=> [p|]; [exact: Hp|exact: dM]].
split; first by rewrite -Hx; exact: gradient_comp (input_jacobian F x L smooth) Hl.
move=> l lL; have /andP[l0 le] := lL; split.
- have G : is_gradient loss (a_by_weights x l (weights F l) L) u by rewrite same_weights.
  apply: gradient_eq (gradient_comp (output_weight_jacobian_derivative F x L l lL smooth) G) _ => -[p q].
  by rewrite /outer /= -Hpq //; apply: sum_ext => i; exact: Rmult_comm.
- have G : is_gradient loss (a_by_bias x l (biases F l) L) u by rewrite same_bias.
  by rewrite dM //; exact: gradient_comp (output_bias_jacobian_derivative F x L l lL smooth) G.
Qed.

Lemma output_aggregation_satisfiable : forall (F : feedforward) (x : 'V_(units F 0)) (L : nat) (u : 'V_(units F L)),
  (1 <= L)%N -> all_hidden_elementwise F L -> exists d, carried_back x L 1 u d.
Proof.
move=> F x L u L0 he; have [_ [_ [_ H]]] := output_bias_jacobian_satisfiable F x L 1 ltac:(by rewrite L0) he.
exact: H.
Qed.

(** ** Examples *)

(** The three cases of Dick's section 3.2. *)
Theorem output_examples : forall (F : feedforward) (x : 'V_(units F 0)), all_elementwise F 5 ->
  let g := gamma x in let W := weights F in let a := a_of x in
  (forall i p q, T_of x 5 3 (i, (p, q)) =
     g 5%N i * (\sum_v W 5%N (i, v) * g 4%N v * W 4%N (v, p) * g 3%N p * a 2%N q)) /\
  (forall i p, M_of x 5 3 (i, p) = g 5%N i * \sum_v W 5%N (i, v) * g 4%N v * W 4%N (v, p) * g 3%N p) /\
  (forall i p q, T_of x 2 2 (i, (p, q)) = g 2%N i * delta i p * a 1%N q) /\
  (forall i p, M_of x 2 2 (i, p) = g 2%N i * delta i p) /\
  (forall i p q, T_of x 2 1 (i, (p, q)) = g 2%N i * W 2%N (i, p) * g 1%N p * a 0%N q) /\
  (forall i p, M_of x 2 1 (i, p) = g 2%N i * W 2%N (i, p) * g 1%N p).
Proof.
move=> F x he g W a.
have M53 i p : M_of x 5 3 (i, p) = g 5%N i * \sum_v W 5%N (i, v) * g 4%N v * W 4%N (v, p) * g 3%N p.
  rewrite (M_up F x 4 3) // (M_up F x 3 3) // M_same !J_elementwise ?he //.
  rewrite mulmm_diag_l; congr (_ * _); apply: sum_ext => v.
  by rewrite mulmm_diag_l mulmm_diag_r !Rmult_assoc.
have M22 i p : M_of x 2 2 (i, p) = g 2%N i * delta i p.
  by rewrite M_same J_elementwise ?he // /diag Rmult_comm.
have M21 i p : M_of x 2 1 (i, p) = g 2%N i * W 2%N (i, p) * g 1%N p.
  by rewrite (M_up F x 1 1) // M_same !J_elementwise ?he // mulmm_diag_l mulmm_diag_r Rmult_assoc.
split=> [i p q|]; first by rewrite /T_of M53 Rmult_assoc sum_mulr.
split; first exact: M53.
split=> [i p q|]; first by rewrite /T_of M22.
split; first exact: M22.
by split=> [i p q|//]; rewrite /T_of M21.
Qed.

(** Contraction of a delta. *)
Theorem output_index_notation : forall (n : nat) (f : 'V_n) (p : 'I_n), \sum_v delta v p * f v = f p.
Proof. by move=> n f p; exact: sum_delta'. Qed.

(** ** Errata *)

(** With all factors left out at the last layer, the Jacobian with respect to the bias would be the identity. *)
Theorem erratum_ED02 : ~ forall (F : feedforward) (x : 'V_(units F 0)) (L : nat),
  (1 <= L)%N -> all_elementwise F L -> no_kinks x L ->
  is_jacobian (fun b => a_by_bias x L b L) (biases F L) (identity _).
Proof.
move=> H.
pose F := Feedforward (fun _ => 1%N) (fun _ _ => 1) (fun _ _ => 0) (fun _ => each_unit (fun t => 2 * t) (fun _ => 2)).
pose x : 'V_(units F 0) := fun _ => 1.
have smooth : no_kinks x 1 by move=> k _ i /=; auto_derive => //; ring.
have D := output_bias_jacobian_derivative F x 1 1 isT smooth.
have := jacobian_unique D (H F x 1%N isT (fun _ _ => isT) smooth).
move/(f_equal (fun A : 'M_(1, 1) => A (ord0, ord0))).
by rewrite M_same /J_of /diag /identity /= delta_same; lra.
Qed.
