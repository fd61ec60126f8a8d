(** * Hypotheses on the entries of vectors can be met: the theorems that have them do not speak of nothing. *)

From Gradspec Require Import Base.

Lemma heaviside_vjp_satisfiable : exists (theta : R) (z : 'V_1), forall i, z i <> theta.
Proof. exists 0, (fun _ => 1) => i; lra. Qed.

Lemma binary_cross_entropy_value_satisfiable : exists o y : 'V_1,
  (1 <= 1)%N /\ (forall k, 0 <= y k <= 1) /\ (forall k, 0 <= o k <= 1).
Proof. by exists (fun _ => 1), (fun _ => 1); split=> //; split=> k; lra. Qed.

Lemma categorical_cross_entropy_value_satisfiable : exists o y : 'V_1,
  (forall j, 0 <= y j) /\ (forall j, 0 <= o j).
Proof. exists (fun _ => 1), (fun _ => 1); split=> j; lra. Qed.

Lemma sigmoid_cross_entropy_value_satisfiable : exists y : 'V_1, (1 <= 1)%N /\ forall k, 0 <= y k <= 1.
Proof. by exists (fun _ => 1); split=> // k; lra. Qed.

Lemma softmax_cross_entropy_value_satisfiable : exists y : 'V_1, forall j, 0 <= y j.
Proof. exists (fun _ => 1) => j; lra. Qed.

Lemma neuron_chain_satisfiable (z : R) : exists (g : R -> R) (d : R), is_derive g z d.
Proof. by exists (fun t => t), 1; exact: is_derive_id. Qed.
