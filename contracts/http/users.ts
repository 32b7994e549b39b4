/**
 * People who may log in, as administrators see and change them; one's own password.
 * @module
 */
import { z } from 'zod';
import { AGENT_STATES } from '../model/agent.ts';
import { GRANTS, ROLES } from '../model/role.ts';
import { DESK_ENDS, USER_NAME } from '../model/user.ts';
import { instantSchema, textSchema } from './common.ts';

export const userSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    displayName: z.string(),
    role: z.enum(ROLES),
    /** Single actions beyond the role. */
    grants: z.array(z.enum(GRANTS)),
    /** To be given back with a change: a change of somebody else in between is not overwritten. */
    version: z.int(),
    disabledAt: instantSchema.nullable(),
    createdAt: instantSchema,
    /** Null when there was none within a month or so. */
    lastLogInAt: instantSchema.nullable(),
    /** Log-ins that hold now. */
    sessions: z.int(),
    /** Null of whoever was never at a desk. */
    desk: z.object({ extension: z.string(), state: z.enum(AGENT_STATES) }).nullable(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

export const userListSchema = z.object({ users: z.array(userSchema) }).meta({ id: 'UserList' });
export type UserList = z.infer<typeof userListSchema>;

const displayNameSchema = textSchema(100)
  .trim()
  .min(1)
  .regex(/^[^\n\t]*$/, 'must be one line');
/** What it must be is `domain/user-rules.ts`; its message comes as an issue of `password`. */
const passwordSchema = z.string().min(1).max(1000);
const rights = { role: z.enum(ROLES), grants: z.array(z.enum(GRANTS)).max(GRANTS.length) };

/** Without a password one is made, and told once. */
export const newUserSchema = z
  .strictObject({
    name: z.string().trim().regex(USER_NAME, 'letters, digits, dot, dash and underscore only'),
    displayName: displayNameSchema,
    ...rights,
    password: passwordSchema.optional(),
  })
  .meta({ id: 'NewUser' });
export type NewUser = z.infer<typeof newUserSchema>;

export const editUserSchema = z
  .strictObject({ version: z.int(), displayName: displayNameSchema, ...rights })
  .meta({ id: 'EditUser' });
export type EditUser = z.infer<typeof editUserSchema>;

export const resetPasswordSchema = z
  .strictObject({ password: passwordSchema.optional() })
  .meta({ id: 'ResetPassword' });
export type ResetPassword = z.infer<typeof resetPasswordSchema>;

/** `conflict` with `params.reason` `last-administrator`, `oneself` or `conflict` when it is refused. */
export const userChangedSchema = z
  .object({
    user: userSchema,
    /** The password that was made here; told this once. */
    password: z.string().nullable(),
    /** Log-ins that ended by it, and what became of the desk. */
    sessionsEnded: z.int(),
    desk: z.enum(DESK_ENDS),
  })
  .meta({ id: 'UserChanged' });
export type UserChanged = z.infer<typeof userChangedSchema>;

/** One's own password; a wrong old one is `bad-credentials`, throttled as a log-in. */
export const ownPasswordSchema = z
  .strictObject({ oldPassword: passwordSchema, newPassword: passwordSchema })
  .meta({ id: 'OwnPassword' });

export const ownPasswordChangedSchema = z
  .object({ sessionsEnded: z.int() })
  .meta({ id: 'OwnPasswordChanged' });
export type OwnPasswordChanged = z.infer<typeof ownPasswordChangedSchema>;
