// Reads an OpenAPI document on standard input; prints what is wrong with it and exits 1, or its version.
import {readFileSync} from 'node:fs';
import {Validator} from '@seriousme/openapi-schema-validator';

const validator = new Validator();
const result = await validator.validate(JSON.parse(readFileSync(0, 'utf8')));
console.log(result.valid ? validator.version : JSON.stringify(result.errors, null, 2));
process.exit(result.valid ? 0 : 1);
