namespace Sandbox.Host.Domains;

/// <summary>
/// Tells whether other processes work in the same domain. The kernel lets go of it when a process ends, however it ends, so a kill leaves nothing behind.
/// </summary>
internal sealed class DomainLock : IDisposable
{
    private FileStream _stream;

    private DomainLock(FileStream stream, bool alone)
    {
        _stream = stream;
        Alone = alone;
    }

    /// <summary>True when no other process held the domain at the moment of opening: leftovers may be swept.</summary>
    public bool Alone { get; private set; }

    public static DomainLock Take(string path)
    {
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), alone: true);
        }
        catch (IOException)
        {
            return new(OpenShared(path), alone: false);
        }
    }

    /// <summary>Lets other processes in once the sweep is over.</summary>
    public void Share(string path)
    {
        if (Alone)
        {
            _stream.Dispose();
            _stream = OpenShared(path);
            Alone = false;
        }
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream OpenShared(string path)
    {
        // Another process may hold the file alone for the moment of its sweep.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
            }
            catch (IOException) when (attempt < 200)
            {
                Thread.Sleep(50);
            }
        }
    }
}
