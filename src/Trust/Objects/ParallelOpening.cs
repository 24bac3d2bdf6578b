using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Trust;

/// <summary>
/// Opens a sealed object into a file by several threads at once: chunks are independent of one another, and the counter and end mark in their nonces hold each in its place (STREAM). A chunk is written only
/// after it authenticated, at its own place; when one does not, the target holds parts and must be thrown away.
/// </summary>
internal static class ParallelOpening
{
    // Below this, starting a thread costs more than it brings.
    private const long BytesAThread = 8L << 20;

    /// <param name="source">The sealed file.</param>
    /// <param name="suite">The suite of the domain.</param>
    /// <param name="key">The data key.</param>
    /// <param name="reference">What the registry says about the object.</param>
    /// <param name="target">An empty file.</param>
    /// <exception cref="TrustException">TRUST-OBJECT-2 wrong key or kind, -3 damaged.</exception>
    public static void Open(SafeFileHandle source, Suite suite, DataKey key, ObjectRef reference, SafeFileHandle target)
    {
        var header = new byte[ObjectHeader.Length];
        if (RandomAccess.GetLength(source) != reference.SealedLength || RandomAccess.Read(source, header, 0) != header.Length)
        {
            throw new TrustException(TrustRules.ObjectDamaged);
        }

        var (log, keys) = ObjectHeader.Open(suite, key, reference, header);
        using (keys)
        {
            var work = new Work(source, target, reference.SealedLength, log);
            var threads = (int)Math.Clamp(reference.PlainLength / BytesAThread, 1, Environment.ProcessorCount);
            if (threads == 1)
            {
                work.Run(keys);
                return;
            }

            try
            {
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
                {
                    // A cipher belongs to one thread.
                    using var own = ObjectHeader.Open(suite, key, reference, header).Keys;
                    work.Run(own);
                });
            }
            catch (AggregateException failures)
            {
                ExceptionDispatchInfo.Throw(failures.InnerExceptions.FirstOrDefault(one => one is TrustException) ?? failures.InnerExceptions[0]);
            }
        }
    }

    private sealed class Work(SafeFileHandle source, SafeFileHandle target, long sealedLength, int log)
    {
        private long _next = -1;

        public void Run(ObjectKeys keys)
        {
            var size = 1 << log;
            var (input, plain) = (new byte[size + AeadKey.TagLength], new byte[size]);
            try
            {
                while (true)
                {
                    var chunk = Interlocked.Increment(ref _next);
                    var at = ObjectHeader.Length + (chunk * input.Length);
                    if (at >= sealedLength)
                    {
                        return;
                    }

                    var length = (int)Math.Min(input.Length, sealedLength - at);
                    if (!Read(input.AsSpan(0, length), at) || !keys.OpenChunk(checked((uint)chunk), at + length == sealedLength, input.AsSpan(0, length), plain))
                    {
                        // The others end at their next chunk.
                        Volatile.Write(ref _next, sealedLength);
                        throw new TrustException(TrustRules.ObjectDamaged);
                    }

                    RandomAccess.Write(target, plain.AsSpan(0, length - AeadKey.TagLength), chunk << log);
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(plain);
            }
        }

        private bool Read(Span<byte> into, long at)
        {
            while (into.Length > 0)
            {
                var read = RandomAccess.Read(source, into, at);
                if (read == 0)
                {
                    return false;
                }

                into = into[read..];
                at += read;
            }

            return true;
        }
    }
}
