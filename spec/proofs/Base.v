(** * What every chapter imports: [From Gradspec Require Import Base.]

    It loads the real numbers, Coquelicot and mathcomp in the one order that works, and opens [R_scope].

    ** Definitions ([Vectors.v], [Derivatives.v]; these a reader has to trust)
    - [vec T], ['V_n], [mat T S], ['M_(m, n)]: arrays as functions of their places; entries [x i], [A (i, j)];
      [fun '(i, j) => delta i j * d i] is a matrix.  [entries n [:: a; b]], [rows m n [:: [:: a; b]; [:: c; d]]]
      are written out; [i1], [i2], [i3] the first places.
    - [\sum_i], [\prod_i], [delta i j], [x +v y], [x -v y], [t *: x], [x .* y] (entrywise), [A *v x], [A *m B],
      [A^T], [dot], [diag], [identity T], [outer], [as_row v], [ones T], [vzero T], [unit_vector j], [vnorm] (the
      largest magnitude of an entry), [euclid].
    - [is_jacobian f x J], [is_gradient f x g] (real [f]), [is_vjp f x v r], [is_partial f x j d],
      [is_velocity c t v] (a curve), [differentiable], [continuous_at], [near]; [is_derive] is Coquelicot's.
    - [stack], [upper], [lower] (two vectors in one), [number_before], [first_number], [after_first] (a number and a
      vector in one), [replace x j t].

    ** Sums and matrices
    - equality: [sum_ext], [vec_eq], [mat_eq]; a delta in a sum: [sum_delta], [sum_delta'], [sum_delta_r],
      [sum_delta_r'], [sum_single], [delta_same], [delta_other], [delta_sym], [delta_pair];
    - algebra: [sum_plus], [sum_minus], [sum_opp], [sum_mull], [sum_mulr], [sum_div], [sum_exchange], [sum_pair],
      [sum_const], [sum_zero], [sum_remove], [sum_option], [sum_recl], [sum_recr], [sum_I0] ... [sum_I3],
      [forall_I1] ... [forall_I3];
    - order: [sum_le], [sum_ge0], [sum_gt0], [sum_ge_term], [sum_eq0], [Rabs_sum], [finite_choice],
      [finite_function];
    - matrices: [mulmv_mulmm], [mulmmA], [transpose_mulmm], [mulmm_diag_l], [mulmm_diag_r], [mulmv_diag],
      [mulmm_identity_l], [mulmm_identity_r], [dot_mulmv], and others;
    - norm: [vnorm_ge0], [vnorm_ge], [vnorm_le], [vnorm_add], [vnorm_scale], [vnorm_mulmv].

    ** Derivatives
    - reduction to real functions: [jacobian_rows] (<->), then the rules [gradient_entry], [gradient_const],
      [gradient_dot], [gradient_plus], [gradient_minus], [gradient_opp], [gradient_scale], [gradient_mult],
      [gradient_inv], [gradient_div], [gradient_sum], [gradient_scalar] (a function of one number after it),
      [gradient_dot_maps]; the tactic [differentiate] applies them; change the result by [gradient_eq],
      [jacobian_eq], the function by [gradient_ext], [jacobian_ext], [gradient_near], [jacobian_near];
    - maps: [jacobian_comp] (the chain rule), [gradient_comp], [jacobian_id], [jacobian_const], [jacobian_linear],
      [jacobian_affine], [jacobian_mulmv], [jacobian_add], [jacobian_sub], [jacobian_scale], [jacobian_sum],
      [jacobian_hadamard], [jacobian_elementwise], [jacobian_elementwise_comp], [jacobian_stack], [jacobian_upper],
      [jacobian_lower];
    - consequences: [jacobian_partial], [gradient_partial], [jacobian_unique], [gradient_unique],
      [jacobian_continuous], [derive_along] and [velocity_comp] (along a curve), [derive_direction],
      [gradient_derive] (one number), [mean_value]; [is_vjp_jacobian], [is_vjp_comp], [is_vjp_gradient];
    - no hypothesis is empty: [jacobian_satisfiable], [gradient_satisfiable]. *)

From Gradspec Require Export Vectors Derivatives.

(** The gradient of an expression: [apply: gradient_eq; first differentiate] leaves what the rules ask for
    (derivatives of functions of one number and divisors that are not 0), and that the result is the one claimed. *)
Ltac differentiate := repeat first
  [ assumption
  | apply: gradient_plus | apply: gradient_minus | apply: gradient_opp | apply: gradient_div
  | apply: gradient_inv | apply: gradient_mult | apply: gradient_entry | apply: gradient_const ].
