namespace Sandbox.Trust;

/// <summary>A sealed object that is written and durable but does not stand yet. Keep it until the registry's transaction has committed: as long as it lives, no sweep removes it.</summary>
public sealed class StagedObject : IDisposable
{
    private readonly FileStream _file;
    private readonly string _staged;
    private readonly string _final;
    private bool _committed;

    internal StagedObject(FileStream file, string staged, string final, ObjectRef reference)
    {
        _file = file;
        _staged = staged;
        _final = final;
        Ref = reference;
    }

    public ObjectRef Ref { get; }

    /// <summary>Moves the object to its place and makes that durable. Then register <see cref="Ref"/>; an object that is not registered is an orphan for the next sweep.</summary>
    public ObjectRef Commit()
    {
        if (!_committed)
        {
            File.Move(_staged, _final, overwrite: false);
            FolderSync.Sync(Path.GetDirectoryName(_final)!);
            _committed = true;
        }

        return Ref;
    }

    /// <summary>Removes the object unless it was committed.</summary>
    public void Dispose()
    {
        if (!_committed)
        {
            File.Delete(_staged);
        }

        _file.Dispose();
    }
}
