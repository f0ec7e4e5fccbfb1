import { expect, it } from 'vitest';
import { recognise, shapeOf } from './recognise';

it('tells tokens by their looks', () => {
  expect(shapeOf('gho_16C7e42F292c6912E7710c838347Ae178B4a')).toBe('github');
  expect(shapeOf('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmcmVkIn0.sig')).toBe('jwt');
  expect(shapeOf(`gw_${'a'.repeat(36)}`)).toBe('key');
  expect(shapeOf('MDk1NzQ4NzE0NDQ2OmsZPbZLp3b1Y3R0dGVzdHRlc3R0')).toBe('product');
  expect(shapeOf('access_token=gho_x&token_type=bearer')).toBe('answer');
  expect(shapeOf('hello')).toBeNull();
});

it('takes the token out of an answer, and blanks off its ends', () => {
  expect(recognise('access_token=gho_x&token_type=bearer')?.secret).toBe('gho_x');
  expect(recognise('  hello\n')?.secret).toBe('hello');
  expect(recognise('hello you')?.mood).toBe('warning');
  expect(recognise('   ')).toBeNull();
});
