"""Which algorithms and key sizes still prove something. Policy data with its sources, and the judgement by it."""

from __future__ import annotations

from asn1crypto import algos, keys

from .findings import Reason

# Collisions are practical: NIST SP 800-131A Rev. 2 (section 9) disallows SHA-1 for signatures, RFC 6151 MD5;
# ETSI TS 119 312 lists neither among the agreed hash functions.
WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1", "ripemd128", "ripemd160"})
# Least sizes in bits: NIST SP 800-131A Rev. 2, section 3.
LEAST_RSA, LEAST_DSA, LEAST_CURVE = 2048, 2048, 224
# What pyHanko can check; the rest is said to be unknown, never guessed.
KNOWN_SIGNATURES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "dsa", "ecdsa", "ed25519", "ed448"})


def judge_algorithms(
    digest: str, signature: algos.SignedDigestAlgorithm | None, key: keys.PublicKeyInfo
) -> tuple[Reason, ...]:
    """Return a reason for each weakness of a signature made with `key` over a digest named as asn1crypto names it.

    `signature` is None where the format names only the digest.
    """
    found = []
    names = {digest.lower(), _digest_inside(signature)} - {""}
    found += [Reason("algorithm.weak_digest", {"name": name.upper()}) for name in sorted(names & WEAK_DIGESTS)]
    size = key_size(key)
    kind = key_kind(key)
    least = {"rsa": LEAST_RSA, "dsa": LEAST_DSA, "ecdsa": LEAST_CURVE}.get(kind, 0)
    if size < least:
        found.append(Reason("algorithm.small_key", {"kind": kind.upper(), "bits": str(size), "least": str(least)}))
    return tuple(found)


def known(signature: algos.SignedDigestAlgorithm) -> bool:
    """Whether the signature algorithm is one that can be checked here."""
    try:
        return signature.signature_algo in KNOWN_SIGNATURES
    except ValueError:
        return False


def key_kind(key: keys.PublicKeyInfo) -> str:
    """Return "rsa", "dsa", "ecdsa", "ed25519", "ed448" or the name or number of another algorithm."""
    name = str(key.algorithm)
    return {"ec": "ecdsa", "rsassa_pss": "rsa"}.get(name, name)


def key_size(key: keys.PublicKeyInfo) -> int:
    """Return the bits of the key, 0 where it cannot be told."""
    try:
        return int(key.bit_size or 0)
    except (ValueError, TypeError, AttributeError, UnboundLocalError):  # the last is asn1crypto's, for Edwards curves
        return 256 if "ed25519" in str(key.algorithm) else 0


def describe_key(key: keys.PublicKeyInfo) -> str:
    """Return "rsa 2048", "ecdsa secp256r1", "ed25519"."""
    kind = key_kind(key)
    if kind == "ecdsa":
        try:
            form, curve = key.curve
            return f"ecdsa {curve}" if form == "named" else kind  # else all its numbers are written out
        except (ValueError, TypeError, IndexError):
            return kind
    return f"{kind} {key_size(key)}" if kind in ("rsa", "dsa") else kind


def _digest_inside(signature: algos.SignedDigestAlgorithm | None) -> str:
    try:
        return str(signature.hash_algo) if signature is not None else ""
    except ValueError:  # the algorithm names no digest of its own
        return ""
