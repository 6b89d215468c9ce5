; UNTRIED: written from Inno Setup's documentation, never yet compiled or run. Try it on a Windows machine before
; anybody relies on it, and remove this line then.
;
; Run by `python build_installer.py windows`, which defines Version, Source (the packed folder), Output and Root.

#ifndef Version
  #error Run this by build_installer.py, which says which version it is.
#endif

[Setup]
AppId={{6E0B6B1C-5B0E-4C5B-9D6A-3F7C1B0A9E41}
AppName=Counter
AppVersion={#Version}
AppPublisher=the authors of counter-app
DefaultDirName={autopf}\Counter
DefaultGroupName=Counter
DisableProgramGroupPage=yes
; Without an administrator it is installed for one person; with one, for the machine.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile={#Root}\LICENSE
OutputDir={#Output}
OutputBaseFilename=counter-app-{#Version}-setup
UninstallDisplayIcon={app}\counter-app.exe
Compression=lzma2
SolidCompression=yes
ChangesEnvironment=yes
; A counter that is serving somebody is not closed by an update.
CloseApplications=no
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "nl"; MessagesFile: "compiler:Languages\Dutch.isl"
Name: "it"; MessagesFile: "compiler:Languages\Italian.isl"

[CustomMessages]
en.AddToPath=Let terminals find the command counter-app
fr.AddToPath=Permettre aux terminaux de trouver la commande counter-app
nl.AddToPath=Laat terminals de opdracht counter-app vinden
it.AddToPath=Permettere ai terminali di trovare il comando counter-app

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"
Name: "path"; Description: "{cm:AddToPath}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one does not.
Type: filesandordirs; Name: "{app}\_internal"
Type: filesandordirs; Name: "{app}\licences"

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion
Source: "{#Root}\docs\install.md"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\Counter"; Filename: "{app}\counter-app.exe"; AppUserModelID: "counter-app"
Name: "{autodesktop}\Counter"; Filename: "{app}\counter-app.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "{code:EnvironmentKey}"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; \
  Tasks: path; Check: NotYetInPath

[Run]
Filename: "{app}\counter-app.exe"; Description: "{cm:LaunchProgram,Counter}"; Flags: nowait postinstall skipifsilent

; Nothing here removes data: the journal lies in the person's own folder and outlives the program.

[Code]
function EnvironmentKey(Param: String): String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function NotYetInPath: Boolean;
var
  Present: String;
begin
  if not RegQueryStringValue(HKA, EnvironmentKey(''), 'Path', Present) then
    Present := '';
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Present) + ';') = 0;
end;
