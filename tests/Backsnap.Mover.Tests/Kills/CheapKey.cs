using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Backsnap.Mover.Tests.Kills;

/// <summary>
/// A key of a repository that costs nothing to open it with. restic's own takes half a second of CPU for each call on purpose, so that of kills at
/// random instants most would find it at that, where nothing is at stake. Source: restic's design document, "Keys, Encryption and MAC".
/// </summary>
internal static class CheapKey
{
    private const int Cost = 2;

    /// <summary>The content of a key file for this password. Its name is the SHA-256 of it.</summary>
    /// <param name="masterKey">What <c>restic cat masterkey</c> prints.</param>
    /// <param name="password">What shall open it.</param>
    public static string Make(string masterKey, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(64);
        var key = Scrypt(Encoding.UTF8.GetBytes(password), salt);
        return new JsonObject
        {
            ["created"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["username"] = "test",
            ["hostname"] = "test",
            ["kdf"] = "scrypt",
            ["N"] = Cost,
            ["r"] = 1,
            ["p"] = 1,
            ["salt"] = Convert.ToBase64String(salt),
            ["data"] = Convert.ToBase64String(Seal(key, Encoding.UTF8.GetBytes(masterKey))),
        }.ToJsonString();
    }

    // Nonce, ciphertext (AES-256 in counter mode), Poly1305-AES of it.
    private static byte[] Seal(byte[] key, byte[] plain)
    {
        var nonce = RandomNumberGenerator.GetBytes(16);
        using var cipher = Aes.Create();
        cipher.Key = key[..32];
        var counter = (byte[])nonce.Clone();
        var sealed_ = new byte[plain.Length];
        for (var at = 0; at < plain.Length; at += 16)
        {
            var pad = cipher.EncryptEcb(counter, PaddingMode.None);
            for (var i = at; i < Math.Min(at + 16, plain.Length); i++)
                sealed_[i] = (byte)(plain[i] ^ pad[i - at]);
            for (var i = 15; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }

        using var mac = Aes.Create();
        mac.Key = key[32..48];
        return [.. nonce, .. sealed_, .. Poly1305(key[48..64], mac.EncryptEcb(nonce, PaddingMode.None), sealed_)];
    }

    // RFC 8439, section 2.5.
    private static byte[] Poly1305(byte[] r, byte[] s, byte[] message)
    {
        static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);
        var prime = (BigInteger.One << 130) - 5;
        var clamped = Number(r) & BigInteger.Parse("0ffffffc0ffffffc0ffffffc0fffffff", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var sum = BigInteger.Zero;
        for (var at = 0; at < message.Length; at += 16)
            sum = (sum + Number([.. message.AsSpan(at, Math.Min(16, message.Length - at)), 1])) * clamped % prime;
        var tag = ((sum + Number(s)) & ((BigInteger.One << 128) - 1)).ToByteArray(isUnsigned: true);
        Array.Resize(ref tag, 16);
        return tag;
    }

    // RFC 7914 with N = 2, r = 1, p = 1.
    private static byte[] Scrypt(byte[] password, byte[] salt)
    {
        var block = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, 128);
        var x = new uint[32];
        for (var i = 0; i < 32; i++)
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(i * 4));
        var kept = new uint[Cost][];
        for (var i = 0; i < Cost; i++)
        {
            kept[i] = (uint[])x.Clone();
            BlockMix(x);
        }

        for (var i = 0; i < Cost; i++)
        {
            var chosen = kept[x[16] % Cost];
            for (var j = 0; j < 32; j++)
                x[j] ^= chosen[j];
            BlockMix(x);
        }

        for (var i = 0; i < 32; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(i * 4), x[i]);
        return Rfc2898DeriveBytes.Pbkdf2(password, block, 1, HashAlgorithmName.SHA256, 64);
    }

    private static void BlockMix(uint[] x)
    {
        var mixed = x[16..];
        for (var half = 0; half < 2; half++)
        {
            for (var i = 0; i < 16; i++)
                mixed[i] ^= x[(half * 16) + i];
            Salsa20Of8(mixed);
            mixed.CopyTo(x, half * 16);
        }
    }

    private static void Salsa20Of8(uint[] words)
    {
        var z = (uint[])words.Clone();
        void Quarter(int a, int b, int c, int d)
        {
            z[b] ^= BitOperations.RotateLeft(z[a] + z[d], 7);
            z[c] ^= BitOperations.RotateLeft(z[b] + z[a], 9);
            z[d] ^= BitOperations.RotateLeft(z[c] + z[b], 13);
            z[a] ^= BitOperations.RotateLeft(z[d] + z[c], 18);
        }

        for (var round = 0; round < 4; round++)
        {
            Quarter(0, 4, 8, 12);
            Quarter(5, 9, 13, 1);
            Quarter(10, 14, 2, 6);
            Quarter(15, 3, 7, 11);
            Quarter(0, 1, 2, 3);
            Quarter(5, 6, 7, 4);
            Quarter(10, 11, 8, 9);
            Quarter(15, 12, 13, 14);
        }

        for (var i = 0; i < 16; i++)
            words[i] += z[i];
    }
}
