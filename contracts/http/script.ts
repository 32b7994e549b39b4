/**
 * Scripts and reasons for pauses as files and the API carry them, with the rules that hold inside one script.
 * @module
 */
import { z } from 'zod';
import type { PauseReasonDef } from '../model/config.ts';
import {
  FIELD_TYPES,
  type ScriptCondition,
  type ScriptDef,
  type ScriptField,
  type ScriptPage,
} from '../model/script.ts';
import { objectNameSchema, textSchema } from './common.ts';

const labelText = textSchema(200).refine((text) => text.trim() !== '', 'must not be empty');
const labels = z.strictObject({ ro: labelText, en: labelText });
const texts = z.strictObject({ ro: textSchema(5_000), en: textSchema(5_000) });

const condition: z.ZodType<ScriptCondition> = z.strictObject({
  field: objectNameSchema,
  in: z.array(z.string().min(1).max(200)).min(1),
});

const field: z.ZodType<ScriptField> = z
  .strictObject({
    name: objectNameSchema,
    type: z.enum(FIELD_TYPES),
    labels,
    required: z.boolean(),
    options: z
      .array(z.strictObject({ value: objectNameSchema, labels }))
      .min(1)
      .max(200)
      .exactOptional(),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    prefill: z.string().min(1).max(100).exactOptional(),
    showIf: condition.exactOptional(),
  })
  .superRefine((f, ctx) => {
    const chosen = f.type === 'choice' || f.type === 'multi-choice';
    if (chosen !== (f.options !== undefined)) {
      ctx.addIssue({
        code: 'custom',
        path: ['options'],
        message: chosen ? 'are needed by a choice' : 'are only for choices',
      });
    }
    if (f.min !== undefined && f.max !== undefined && f.min > f.max) {
      ctx.addIssue({ code: 'custom', path: ['max'], message: 'must be at least `min`' });
    }
  });

const page: z.ZodType<ScriptPage> = z.strictObject({
  name: objectNameSchema,
  title: labels,
  text: texts,
  fields: z.array(field).max(50),
  showIf: condition.exactOptional(),
  jumps: z
    .array(z.strictObject({ when: condition, to: objectNameSchema }))
    .max(20)
    .exactOptional(),
});

export const scriptSchema: z.ZodType<ScriptDef> = z
  .strictObject({
    name: objectNameSchema,
    label: labelText,
    pages: z.array(page).min(1).max(50),
  })
  .superRefine((script, ctx) => {
    const refuse = (path: PropertyKey[], message: string) => ctx.addIssue({ code: 'custom', path, message });
    const pages = script.pages.map((p) => p.name);
    const fields = script.pages.flatMap((p) => p.fields.map((f) => f.name));
    const twice = (names: readonly string[]) => names.find((name, i) => names.indexOf(name) !== i);
    const pageTwice = twice(pages);
    if (pageTwice !== undefined) refuse(['pages'], `page "${pageTwice}" is there twice`);
    const fieldTwice = twice(fields);
    if (fieldTwice !== undefined) refuse(['pages'], `field "${fieldTwice}" is there twice`);
    script.pages.forEach((p, i) => {
      const known = (c: ScriptCondition | undefined, path: PropertyKey[]) => {
        if (c !== undefined && !fields.includes(c.field)) refuse(path, `there is no field "${c.field}"`);
      };
      known(p.showIf, ['pages', i, 'showIf', 'field']);
      p.fields.forEach((f, j) => known(f.showIf, ['pages', i, 'fields', j, 'showIf', 'field']));
      p.jumps?.forEach((jump, j) => {
        known(jump.when, ['pages', i, 'jumps', j, 'when', 'field']);
        // Only forward: a script always ends.
        if (pages.indexOf(jump.to) <= i) refuse(['pages', i, 'jumps', j, 'to'], 'must name a later page');
      });
    });
  });

export const pauseReasonSchema: z.ZodType<PauseReasonDef> = z.strictObject({
  name: objectNameSchema.refine((name) => name !== 'connection', 'is kept for lost connections'),
  labels,
  maxMinutes: z.int().min(1).max(1_440).exactOptional(),
  sort: z.int().min(0).max(100_000),
});
