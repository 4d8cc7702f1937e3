"""Judging signatures that somebody else may have made: files in, findings out; no database, no settings.

`judge` in `judging.py` is the door. Whatever parses a hostile file runs in the helper process (`pdf/contained.py`);
only plain values come back. What the formats share: `signeddata.judge_signed_data` (one CMS signature),
`timestamps.judge_timestamp` (RFC 3161), `chain.judge_chain` (certificate, revocation, time), `algorithms`.
"""
