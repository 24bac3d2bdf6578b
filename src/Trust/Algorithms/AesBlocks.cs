using System.Security.Cryptography;

namespace Sandbox.Trust;

    /// <summary>AES blocks of the platform: for FF1, and for nonces that the platform's GCM does not take.</summary>
    internal sealed class AesBlocks : ICounterCipher
    {
        private readonly Aes _aes = Aes.Create();

        public AesBlocks(ReadOnlySpan<byte> key) => _aes.SetKey(key);

#pragma warning disable CA5358 // Single blocks are what counter mode is made of.
        public void Encrypt(Span<byte> blocks) => _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
#pragma warning restore CA5358

        public void Counter(ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output)
        {
            var stream = new byte[(input.Length + 15) / 16 * 16];
            var block = counter.ToArray();
            for (var at = 0; at < stream.Length; at += 16)
            {
                block.CopyTo(stream, at);
                CounterBlock.Add(block, 1);
            }

            Encrypt(stream);
            CounterBlock.Xor(input, stream, output);
        }

        public void Dispose() => _aes.Dispose();
    }
