/**
 * Log-in. The token travels only in the cookie (`__Host-apel` over HTTPS, `apel` on loopback HTTP).
 * @module
 */
import { z } from 'zod';
import { ROLES } from '../model/role.ts';
import { instantSchema, textSchema } from './common.ts';

export const logInSchema = z
  .strictObject({ name: textSchema(100).trim().min(1), password: z.string().min(1).max(1000) })
  .meta({ id: 'LogIn' });
export type LogIn = z.infer<typeof logInSchema>;

/** Who am I; `GET` answers null without a log-in that holds. Actions are those of `domain/permissions.ts`. */
export const sessionSchema = z
  .object({
    user: z.object({ id: z.int(), name: z.string(), displayName: z.string() }),
    role: z.enum(ROLES),
    /** What the person may do, by role and grants. */
    permissions: z.array(z.string()),
    /** What the person may do to their own calls only. */
    ownPermissions: z.array(z.string()),
    /** IANA zone of the site: days and hours where no campaign is named. */
    zone: z.string(),
    /** Slides forward while the session is used. */
    expiresAt: instantSchema,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;
